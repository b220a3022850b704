import CLinux

/// Another process's memory, read while it waits in a call (process_vm_readv(2)).
package enum ProcessMemory {
    /// Reads a NUL-terminated string into a buffer.
    ///
    /// - Returns: The length without the NUL; negative errno: EFAULT, EPERM, ESRCH, ENAMETOOLONG.
    package static func readString(
        _ processID: Int32, _ address: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        guard let base = buffer.baseAddress else { return -Int(Errno.nameTooLong) }
        return base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
            amber_read_string(processID, address, $0, buffer.count)
        }
    }

    /// Reads bytes; fewer where the mapping ends, nil where nothing can be read.
    package static func read(_ processID: Int32, _ address: UInt64, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = amber_read_memory(processID, address, &bytes, count)
        guard done > 0 else { return nil }
        return done == count ? bytes : Array(bytes[..<done])
    }

    /// Writes bytes where the process itself could; false where not all of them were taken.
    ///
    /// The caller waits in a call meanwhile, and its call was seen to be still valid: between that look and the write
    /// the pid would have to be freed and to come round again.
    package static func write(_ processID: Int32, _ address: UInt64, _ bytes: [UInt8]) -> Bool {
        bytes.isEmpty || amber_write_memory(processID, address, bytes, bytes.count) == bytes.count
    }

    /// Writes bytes also where the process may only read or execute; false where the kernel refuses it.
    package static func force(_ processID: Int32, _ address: UInt64, _ bytes: [UInt8]) -> Bool {
        bytes.isEmpty || amber_force_memory(processID, address, bytes, bytes.count) == bytes.count
    }

    /// Reads a string of at most `limit` bytes; nil where it cannot be read or is longer.
    package static func string(_ processID: Int32, _ address: UInt64, limit: Int) -> [UInt8]? {
        if address == 0 { return nil }
        // Most are short; and an array of the limit's size for each would fill memory while they wait to be recorded.
        // So short a read seldom touches a second page.
        if limit > 256, let short = exactString(processID, address, limit: 256) { return short }
        return exactString(processID, address, limit: limit)
    }

    private static func exactString(_ processID: Int32, _ address: UInt64, limit: Int) -> [UInt8]? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { buffer in
            let count = readString(processID, address, into: buffer)
            return count >= 0 ? Array(buffer[..<count]) : nil
        }
    }

    /// Reads a vector of strings that ends with NULL, as argv and envp are.
    ///
    /// - Parameters:
    ///   - processID: The process, waiting in a call.
    ///   - address: Where its vector begins.
    ///   - pointerSize: 8, or 4 for 32-bit programs.
    ///   - limit: Most strings; the rest is left out.
    /// - Returns: The strings without their NUL; nil where nothing can be read.
    package static func strings(
        _ processID: Int32, _ address: UInt64, pointerSize: Int, limit: Int = 65536
    ) -> [[UInt8]]? {
        if address == 0 { return [] }
        var strings: [[UInt8]] = []
        var position = address
        var window = StringWindow(processID: processID)
        while strings.count < limit {
            // Vectors end anywhere in a page: read up to the page's end at most.
            let step = min(1024, 4096 - Int(position & 4095))
            guard let raw = read(processID, position, count: max(step, pointerSize)) else {
                return strings.isEmpty ? nil : strings
            }
            for offset in stride(from: 0, to: raw.count - pointerSize + 1, by: pointerSize) {
                var pointer: UInt64 = 0
                for byte in 0..<pointerSize { pointer |= UInt64(raw[offset + byte]) << UInt64(8 * byte) }
                if pointer == 0 { return strings }
                guard let string = window.string(at: pointer) else { return strings }
                strings.append(string)
            }
            position += UInt64(raw.count / pointerSize * pointerSize)
        }
        return strings
    }

    /// A stretch of memory read at once: the strings of argv and envp lie side by side.
    private struct StringWindow {
        let processID: Int32
        var start: UInt64 = 0
        var bytes: [UInt8] = []

        mutating func string(at address: UInt64) -> [UInt8]? {
            for _ in 0..<2 {
                if address >= start, address < start + UInt64(bytes.count) {
                    let rest = bytes[Int(address - start)...]
                    if let end = rest.firstIndex(of: 0) { return Array(rest[..<end]) }
                }
                start = address
                bytes = read(processID, address, count: 8192 - Int(address & 4095)) ?? []
                if bytes.isEmpty { bytes = read(processID, address, count: 4096 - Int(address & 4095)) ?? [] }
            }
            return ProcessMemory.string(processID, address, limit: 1 << 17)
        }
    }
}
