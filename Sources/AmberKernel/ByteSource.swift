/// Bytes that are read by position: an array in memory, or a borrowed descriptor.
package struct ByteSource: Sendable {
    /// Length in bytes.
    package let sizeInBytes: UInt64
    private let readAt: @Sendable (UInt64, Int) -> [UInt8]

    /// Reads from an array.
    package init(_ bytes: [UInt8]) {
        sizeInBytes = UInt64(bytes.count)
        readAt = { offset, count in Array(bytes[Int(offset)..<(Int(offset) + count)]) }
    }

    /// Reads from a descriptor that the caller keeps open for as long as the source lives.
    package init(descriptor: Int32) throws(SyscallError) {
        sizeInBytes = try Files.status(of: descriptor).sizeInBytes
        readAt = { offset, count in
            [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let position = Int64(offset) + Int64(filled)
                    guard let read = try? Files.read(descriptor, at: position, into: rest), read > 0 else {
                        return
                    }
                    filled += read
                }
            }
        }
    }

    /// Reads at most `count` bytes from an offset; fewer at the end, none beyond it.
    package func read(_ offset: UInt64, _ count: Int) -> [UInt8] {
        guard offset < sizeInBytes, offset <= UInt64(Int64.max / 2), count > 0 else { return [] }
        return readAt(offset, Int(min(UInt64(count), sizeInBytes - offset)))
    }
}
