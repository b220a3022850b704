import CLinux

extension ProcessMemory {
    /// The private writable memory of a process that no file stands behind: heaps, not stacks; in ascending order.
    ///
    /// Source: `/proc/PID/maps` (proc_pid_maps(5)).
    package static func heaps(of processID: Int32) -> [Range<UInt64>] {
        let path = KernelPath("/proc/\(processID)/maps")
        guard let text = try? Files.contents(path, limit: 16 << 20) else { return [] }
        return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count >= 5, fields[1].starts(with: "rw".utf8), fields[1].last == UInt8(ascii: "p"),
                fields[4].elementsEqual("0".utf8),
                fields.count < 6 || !String(decoding: fields[5], as: UTF8.self).contains("[stack")
            else { return nil }
            let bounds = fields[0].split(separator: UInt8(ascii: "-")).map {
                UInt64(String(decoding: $0, as: UTF8.self), radix: 16) ?? 0
            }
            return bounds.count == 2 && bounds[0] < bounds[1] ? bounds[0]..<bounds[1] : nil
        }
    }

    /// Where bytes stand in a stretch of a process's memory, which may change meanwhile.
    ///
    /// - Parameters:
    ///   - bytes: What is looked for; at least one.
    ///   - range: The stretch.
    ///   - processID: The process.
    ///   - limit: Most places.
    /// - Returns: Their addresses, ascending.
    package static func places(
        of bytes: [UInt8], in range: Range<UInt64>, of processID: Int32, limit: Int
    ) -> [UInt64] {
        let size = 1 << 20
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        defer { buffer.deallocate() }
        var places: [UInt64] = []
        var start = range.lowerBound
        while places.count < limit, start < range.upperBound {
            let place = amber_find_memory(
                processID, start, range.upperBound, bytes, bytes.count, buffer, size)
            if place == 0 { break }
            places.append(place)
            start = place + 1
        }
        return places
    }
}
