import CLinux
import Glibc

/// Copying content.
extension Files {
    /// Copies a file's whole content, sharing its blocks where the file system can (FICLONE, copy_file_range(2)).
    ///
    /// Costs nothing on btrfs and XFS, a copy elsewhere. Both positions move to the end.
    ///
    /// - Returns: Bytes copied; at most `limit`.
    package static func copy(
        from source: Int32, to destination: Int32, limit: UInt64 = .max
    ) throws(SyscallError) -> UInt64 {
        if limit == .max, amber_ficlone(source, destination) == 0 {
            return try status(of: destination).sizeInBytes
        }
        var total: UInt64 = 0
        while total < limit {
            let step = Int(min(limit - total, 1 << 30))
            let count = amber_copy_file_range(source, destination, step)
            if count == 0 { break }
            if count == -Int(EINTR) { continue }
            if count < 0 {
                // QUIRK: copy_file_range fails with EXDEV before 5.3, and with EINVAL or EOPNOTSUPP for files of
                // /proc and some FUSE file systems (copy_file_range(2)). We copy by hand. Remove when neither happens.
                return total + (try copyByHand(from: source, to: destination, limit: limit - total))
            }
            total += UInt64(count)
        }
        // QUIRK: copy_file_range returns 0 at once for pseudo-files that claim size 0 (5.3 to 5.18, LWN 846403).
        if total == 0, limit > 0 { return try copyByHand(from: source, to: destination, limit: limit) }
        return total
    }

    private static func copyByHand(
        from source: Int32, to destination: Int32, limit: UInt64
    ) throws(SyscallError) -> UInt64 {
        var chunk = [UInt8](repeating: 0, count: 1 << 17)
        var total: UInt64 = 0
        while total < limit {
            let size = Int(min(limit - total, UInt64(chunk.count)))
            let count = try check("read", on: "descriptor \(source)") { amber_read(source, &chunk, size) }
            if count == 0 { break }
            try writeAll(destination, Array(chunk[..<count]))
            total += UInt64(count)
        }
        return total
    }
}

extension Files {
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    /// Copies a file's data, leaving its holes out, to a place in another file.
    ///
    /// - Returns: The length in bytes, holes included.
    ///
    /// Source: lseek(2), SEEK_DATA and SEEK_HOLE, Linux 3.1.
    package static func copyData(
        from source: Int32, to destination: Int32, at start: UInt64, size: UInt64
    ) throws(SyscallError) -> UInt64 {
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        var offset: Int64 = 0
        while offset < Int64(clamping: size) {
            let data = amber_lseek(source, offset, seekData)
            if data == -Int64(Errno.noSuchDevice) { break }  // ENXIO: nothing but a hole up to the end
            let begin = data < 0 ? offset : data
            let hole = data < 0 ? -1 : amber_lseek(source, begin, seekHole)
            let end = min(hole < 0 ? Int64(clamping: size) : hole, Int64(clamping: size))
            offset = try copyStretch(
                from: source, begin..<max(begin, end), to: destination, at: Int64(clamping: start), &buffer)
            if offset < end { return UInt64(offset) }  // it has become shorter
        }
        try setSizeAtLeast(destination, start + size)
        return size
    }

    private static func copyStretch(
        from source: Int32, _ range: Range<Int64>, to destination: Int32, at start: Int64,
        _ buffer: inout [UInt8]
    ) throws(SyscallError) -> Int64 {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let size = Int(min(range.upperBound - offset, Int64(buffer.count)))
            let count = try check("pread", on: "descriptor \(source)") {
                amber_pread(source, &buffer, size, offset)
            }
            if count == 0 { return offset }
            var written = 0
            while written < count {
                written += try check("pwrite", on: "descriptor \(destination)") {
                    buffer.withUnsafeBytes {
                        amber_pwrite(
                            destination, $0.baseAddress.unsafelyUnwrapped + written, count - written,
                            start + offset + Int64(written))
                    }
                }
            }
            offset += Int64(count)
        }
        return offset
    }

    private static func setSizeAtLeast(_ descriptor: Int32, _ size: UInt64) throws(SyscallError) {
        if try status(of: descriptor).sizeInBytes < size { try setSize(descriptor, to: size) }
    }
}
