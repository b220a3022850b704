import AmberKernel
import AmberModel

/// The bytes of a blob, hashed on the way.
final class BlobStream: ByteStream {
    private let region: BlobRegion
    private let subject: String
    private let buffer: UnsafeMutableRawBufferPointer
    private var position: UInt64 = 0
    private var hasher = ContentHasher()

    init(_ region: BlobRegion, subject: String, bufferSize: Int = 1 << 18) {
        self.region = region
        self.subject = subject
        buffer = .allocate(byteCount: bufferSize, alignment: 4096)
    }

    deinit { buffer.deallocate() }

    func next() throws(BundleError) -> UnsafeRawBufferPointer {
        let wanted = Int(min(UInt64(buffer.count), region.sizeInBytes - position))
        guard wanted > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let offset = Int64(clamping: region.offset + position)
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        let count = try bundled(subject) { () throws(SyscallError) in
            try Files.read(region.descriptor.number, at: offset, into: target)
        }
        guard count > 0 else {
            throw BundleError(.truncated, subject, "the file ends inside it", remedy: BundleError.fetchAgain)
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        hasher.update(bytes)
        position += UInt64(count)
        return bytes
    }

    /// Reads what nobody asked for and returns the digest of the whole blob.
    func finish() throws(BundleError) -> Digest {
        while try !next().isEmpty {}
        return hasher.finish()
    }
}
