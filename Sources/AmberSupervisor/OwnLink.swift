import AmberKernel

/// The links of `/proc/self`, and of `/dev` into it: they lead to what is the caller's, and for us to what is ours
/// (proc(5)).
enum OwnLink {
    private static let devices = ["/dev/stdin", "/dev/stdout", "/dev/stderr"].map { Array($0.utf8) }
    private static let descriptors = Array("/dev/fd/".utf8)
    private static let slash = UInt8(ascii: "/")
    private static let prefixes = ["/proc/self/", "/proc/thread-self/"].map { Array($0.utf8) }
    private static let links = ["exe", "cwd", "root"].map { Array($0.utf8) }

    /// A path with the link at its beginning replaced by what it leads to for a thread; else the path as it is.
    ///
    /// A program that executes `/proc/self/exe` executes itself, and one that opens `/proc/self/fd/3` a file of its own.
    /// What has no path (a pipe, a file that was deleted) is named by the thread's own link. `isNoFollow` says that the
    /// call is about the link itself, where nothing stands behind it.
    static func followed(_ given: [UInt8], of threadID: Int32, isNoFollow: Bool) -> [UInt8] {
        let path = isNoFollow ? given : withoutDevice(given)
        guard let prefix = prefixes.first(where: { path.starts(with: $0) }) else { return path }
        var name = Array(path.dropFirst(prefix.count).prefix { $0 != slash })
        var rest = path.dropFirst(prefix.count + name.count)
        if name.elementsEqual("fd".utf8), rest.count > 1 {
            let number = rest.dropFirst().prefix { $0 != slash }
            guard number.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return path }
            name += [slash] + number
            rest = rest.dropFirst(1 + number.count)
        } else if !links.contains(name) {
            return path
        }
        guard !isNoFollow || !rest.isEmpty else { return path }
        let link = Array("/proc/\(threadID)/".utf8) + name
        guard let target = try? Files.readLink(KernelPath(link)), target.first == slash,
            !target.ends(with: " (deleted)".utf8)
        else { return link + rest }
        return target + rest
    }

    /// The path in `/proc/self` that udev's links in `/dev` lead to.
    private static func withoutDevice(_ path: [UInt8]) -> [UInt8] {
        if path.starts(with: descriptors) {
            return Array("/proc/self/fd/".utf8) + path.dropFirst(descriptors.count)
        }
        return devices.firstIndex(of: path).map { Array("/proc/self/fd/\($0)".utf8) } ?? path
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool {
        count >= suffix.count && self.suffix(suffix.count).elementsEqual(suffix)
    }
}
