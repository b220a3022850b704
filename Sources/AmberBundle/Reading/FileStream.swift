import AmberKernel

/// The bytes of a file that can be sought in.
final class FileStream: ByteStream {
    private let descriptor: Int32
    private let size: UInt64
    private let subject: String
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 14, alignment: 4096)
    /// Offset of the byte that comes next.
    private(set) var position: UInt64 = 0

    /// Reads a borrowed descriptor from offset 0 to `size`.
    init(_ descriptor: Int32, size: UInt64, subject: String) {
        self.descriptor = descriptor
        self.size = size
        self.subject = subject
    }

    deinit { buffer.deallocate() }

    func next() throws(BundleError) -> UnsafeRawBufferPointer {
        let wanted = UnsafeMutableRawBufferPointer(
            rebasing: buffer[..<Int(min(UInt64(buffer.count), size - position))])
        let offset = Int64(clamping: position)
        let count = try bundled(subject) { () throws(SyscallError) in
            try Files.read(descriptor, at: offset, into: wanted)
        }
        position += UInt64(count)
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    func seek(over count: UInt64) -> Bool {
        guard count <= size - position else { return false }
        position += count
        return true
    }
}
