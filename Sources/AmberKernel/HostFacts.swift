import CLinux

/// What the kernel says about the machine; every function is one kernel call.
package enum HostFacts {
    /// The fields of uname(2).
    package struct Names: Hashable, Sendable {
        /// Host name, at most 64 bytes.
        package var node: String
        /// Kernel release, `6.1.0-18-amd64`.
        package var release: String
        /// Kernel version, `#1 SMP …`.
        package var version: String
        /// Machine, `x86_64`.
        package var machine: String
    }

    /// Asks for the names of the machine and its kernel.
    ///
    /// Source: uname(2).
    package static func names() throws(SyscallError) -> Names {
        var raw = amber_names()
        _ = try check("uname", on: "host") { amber_uname(&raw) }
        return Names(
            node: text(of: raw.node), release: text(of: raw.release), version: text(of: raw.version),
            machine: text(of: raw.machine))
    }

    /// Counts the processors that the calling thread may use.
    ///
    /// Source: sched_getaffinity(2).
    package static func processorCount() throws(SyscallError) -> Int {
        Int(try check("sched_getaffinity", on: "self") { amber_processor_count() })
    }

    /// Asks for the size of the memory, in bytes.
    ///
    /// Source: sysinfo(2).
    package static func memoryInBytes() throws(SyscallError) -> UInt64 {
        var bytes: UInt64 = 0
        _ = try check("sysinfo", on: "host") { amber_memory_size(&bytes) }
        return bytes
    }

    private static func text<Field>(of field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
