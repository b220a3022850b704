import AmberKernel

/// Files that the kernel makes up and whose content can be kept: what they say of the machine decides programs.
///
/// An allow-list: reading others may block (`/proc/kmsg`, `trace_pipe`), consume what is read, or show secrets.
enum KernelFiles {
    /// Most bytes that are kept of one; more means that it is a table of the whole machine.
    static let limit = 64 << 10

    private static let exact: Set<[UInt8]> = Set(
        [
            "cpuinfo", "meminfo", "stat", "version", "loadavg", "filesystems", "cmdline", "devices", "swaps",
            "partitions", "vmstat", "diskstats", "cgroups", "crypto", "modules", "misc",
        ].map { Array("/proc/\($0)".utf8) })
    private static let trees = ["/proc/sys/", "/proc/pressure/", "/sys/"].map { Array($0.utf8) }
    private static let refused = [
        "/proc/sys/fs/binfmt_misc/",  // an automount: opening it may mount
        "/proc/sys/kernel/random/uuid",  // another one each time
        "/sys/kernel/debug/", "/sys/kernel/tracing/", "/sys/kernel/security/", "/sys/fs/bpf/",
        "/sys/firmware/",
        "/sys/power/",  // wakeup_count waits
    ].map { Array($0.utf8) }

    /// Tells whether a path's content is to be kept; only what every user may read.
    static func isKept(_ path: [UInt8], _ status: FileStatus) -> Bool {
        guard status.isRegular, status.mode & 0o004 != 0 else { return false }
        guard exact.contains(path) || trees.contains(where: { path.starts(with: $0) }) else { return false }
        return !refused.contains { path.starts(with: $0) }
    }

    /// A path of sysfs: a replay shows it as an ordinary file.
    static func isSystem(_ path: [UInt8]) -> Bool { path.starts(with: "/sys/".utf8) }

    /// Its content now; nil where it cannot be read, or is longer than the limit.
    static func content(of path: [UInt8]) -> [UInt8]? {
        try? Files.contents(KernelPath(path), limit: limit)
    }
}
