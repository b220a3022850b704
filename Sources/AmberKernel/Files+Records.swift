import CLinux

extension Files {
    /// Appends fixed-size records to a file, in this machine's own layout.
    package static func writeRecords<Record: BitwiseCopyable>(
        _ descriptor: Int32, _ records: [Record]
    ) throws(SyscallError) {
        let size = records.count * MemoryLayout<Record>.stride
        var done = 0
        while done < size {
            done += try check("write", on: "descriptor \(descriptor)") {
                records.withUnsafeBytes {
                    amber_write(descriptor, $0.baseAddress.unsafelyUnwrapped + done, size - done)
                }
            }
        }
    }

    /// Reads records that `writeRecords` wrote: at most `count`, from the record with index `first`.
    package static func readRecords<Record: BitwiseCopyable>(
        _ descriptor: Int32, first: Int, count: Int, as type: Record.Type
    ) throws(SyscallError) -> [Record] {
        let stride = MemoryLayout<Record>.stride
        var failure: Int32 = 0
        let records = [Record](unsafeUninitializedCapacity: count) { buffer, filled in
            let done = amber_pread(
                descriptor, buffer.baseAddress.unsafelyUnwrapped, count * stride, Int64(first * stride))
            if done < 0 { failure = Int32(-done) }
            filled = max(done, 0) / stride
        }
        if failure != 0 {
            throw SyscallError(call: "pread", code: failure, subject: "descriptor \(descriptor)")
        }
        return records
    }
}

extension Files {
    /// Writes what fits and returns how many bytes that were.
    package static func writeSome(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SyscallError) -> Int
    {
        try check("write", on: "descriptor \(descriptor)") {
            bytes.withUnsafeBytes { amber_write(descriptor, $0.baseAddress.unsafelyUnwrapped, $0.count) }
        }
    }

    /// Reads what is there, at most `limit` bytes; empty at the end of the file.
    package static func readSome(_ descriptor: Int32, limit: Int) throws(SyscallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try check("read", on: "descriptor \(descriptor)") {
            amber_read(descriptor, &bytes, limit)
        }
        return Array(bytes[..<count])
    }
}

extension Files {
    /// Reads at most `count` bytes from an offset, leaving the file's position alone; empty at its end.
    package static func readBytes(
        _ descriptor: Int32, at offset: UInt64, count: Int
    ) throws(SyscallError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let done = amber_pread(
                descriptor, buffer.baseAddress.unsafelyUnwrapped, count, Int64(clamping: offset))
            if done < 0 { failure = Int32(-done) }
            filled = max(done, 0)
        }
        if failure != 0 {
            throw SyscallError(call: "pread", code: failure, subject: "descriptor \(descriptor)")
        }
        return bytes
    }
}
