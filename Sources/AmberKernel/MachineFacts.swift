import CLinux

/// What the kernel says of the machine, with some of it replaced.
package enum MachineFacts {
    /// `struct sysinfo` (sysinfo(2)) with another memory size, its time of running shifted.
    package static func systemInfo(memoryInBytes: UInt64, uptimeOffset: Int64) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = amber_sysinfo(memoryInBytes, uptimeOffset, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<Int(count)]) : nil
    }
}
