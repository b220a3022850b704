import AmberKernel

/// Where copies and recordings go while the run goes on, as nameless files that vanish with the process.
enum SpoolDirectory {
    /// The first directory that takes a nameless file: the cache, TMPDIR, /var/tmp, /tmp.
    ///
    /// `/var/tmp` comes before `/tmp`, which is memory on many hosts.
    static func find(environment: Circumstances) -> String? {
        let home = environment.variable("HOME")
        let cache = environment.variable("XDG_CACHE_HOME") ?? home.map { $0 + "/.cache" }
        if let cache { try? Files.makeDirectories(cache + "/amber", mode: 0o700) }
        let candidates = [cache.map { $0 + "/amber" }, environment.variable("TMPDIR"), "/var/tmp", "/tmp"]
        return candidates.compactMap { $0 }.first { candidate in
            (try? Files.open(KernelPath(candidate), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600))
                != nil
        }
    }
}
