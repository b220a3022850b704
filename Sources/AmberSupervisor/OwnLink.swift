import AmberKernel

/// The links of `/proc/self`: they lead to what is the caller's, and for us to what is ours (proc(5)).
enum OwnLink {
    private static let slash = UInt8(ascii: "/")
    private static let prefixes = ["/proc/self/", "/proc/thread-self/"].map { Array($0.utf8) }
    private static let links = ["exe", "cwd", "root"].map { Array($0.utf8) }

    /// A path with the link at its beginning replaced by what it leads to for a thread; else the path as it is.
    ///
    /// A program that executes `/proc/self/exe` executes itself, and one that opens `/proc/self/fd/3` a file of its own.
    /// `isNoFollow` says that the call is about the link itself, where nothing stands behind it.
    static func followed(_ path: [UInt8], of threadID: Int32, isNoFollow: Bool) -> [UInt8] {
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
        guard !isNoFollow || !rest.isEmpty,
            let target = try? Files.readLink(KernelPath(Array("/proc/\(threadID)/".utf8) + name)),
            target.first == slash, !target.ends(with: " (deleted)".utf8)
        else { return path }
        return target + rest
    }

    /// Tells whether a path is a name of a process's standard input: `/dev/stdin`, `/dev/fd/0`, `/proc/PID/fd/0`.
    static func namesStandardInput(_ path: [UInt8]) -> Bool {
        path.ends(with: "/dev/stdin".utf8) || path.ends(with: "/fd/0".utf8)
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool {
        count >= suffix.count && self.suffix(suffix.count).elementsEqual(suffix)
    }
}
