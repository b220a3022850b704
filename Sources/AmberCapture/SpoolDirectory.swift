import AmberKernel

/// Where copies and recordings go while the run goes on, as nameless files that vanish with the process.
enum SpoolDirectory {
    /// The first directory with room that takes a nameless file: the cache, TMPDIR, /var/tmp, /tmp.
    ///
    /// `/var/tmp` comes before `/tmp`, which is memory on many hosts.
    static func find(environment variable: (String) -> String?) -> String? {
        let home = variable("HOME")
        let cache = variable("XDG_CACHE_HOME") ?? home.map { $0 + "/.cache" }
        if let cache { try? Files.makeDirectories(cache + "/amber", mode: 0o700) }
        let candidates = [cache.map { $0 + "/amber" }, variable("TMPDIR"), "/var/tmp", "/tmp"]
        var best: (path: String, free: UInt64)?
        for candidate in candidates.compactMap({ $0 }) {
            guard let free = room(in: candidate) else { continue }
            if free >= enough { return candidate }
            if free > best?.free ?? 0 { best = (candidate, free) }
        }
        return best?.path
    }

    /// A directory with less room than this is used only where no other has more.
    private static let enough: UInt64 = 512 << 20

    /// Free bytes of a directory that takes nameless files; nil for one that does not.
    private static func room(in directory: String) -> UInt64? {
        guard
            let file = try? Files.open(
                KernelPath(directory), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600),
            let space = try? Files.space(of: file.number)
        else { return nil }
        return space.free
    }
}
