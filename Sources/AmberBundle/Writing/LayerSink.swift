import AmberKernel
import AmberModel

/// Takes a layer's tar stream: hashes it, compresses it, hashes and spools what comes out, each byte once.
final class LayerSink {
    /// One write to the compressor; large, so that its cost does not count.
    private static let bufferSize = 1 << 20

    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
    private var used = 0
    private var tarHasher = ContentHasher()
    private(set) var uncompressedSize: UInt64 = 0
    private let spool: Spool
    private let compressor: Compressor

    /// The compressed side, apart so that the compressor's callback holds it without a cycle.
    private final class Spool {
        let descriptor: Int32
        let sizeLimit: UInt64?
        var hasher = ContentHasher()
        var size: UInt64 = 0

        init(descriptor: Int32, sizeLimit: UInt64?) {
            self.descriptor = descriptor
            self.sizeLimit = sizeLimit
        }

        func take(_ bytes: UnsafeRawBufferPointer) throws(BundleError) {
            size += UInt64(bytes.count)
            if let sizeLimit, size > sizeLimit { throw BundleWriter.sizeLimitReached }
            hasher.update(bytes)
            try bundled(writing: true, "layer") { () throws(SyscallError) in
                try Files.writeAll(descriptor, bytes)
            }
        }
    }

    /// Starts a layer.
    ///
    /// - Parameters:
    ///   - compression: The filter.
    ///   - threads: Workers for compression, at least 1.
    ///   - descriptor: Takes the compressed bytes at its position; borrowed, must stay open until `finish`.
    ///   - sizeLimit: Most compressed bytes; more is an error of code `sizeLimit`.
    /// - Throws: `BundleError` of code `system`: libarchive has no memory.
    init(
        _ compression: LayerCompression, threads: Int, writingTo descriptor: Int32, sizeLimit: UInt64?
    ) throws(BundleError) {
        let spool = Spool(descriptor: descriptor, sizeLimit: sizeLimit)
        self.spool = spool
        compressor = try Compressor(compression, threads: threads) { (bytes) throws(BundleError) in
            try spool.take(bytes)
        }
    }

    deinit { buffer.deallocate() }

    /// Takes bytes of headers.
    func append(_ bytes: [UInt8]) throws(BundleError) {
        var start = 0
        while start < bytes.count {
            let part = bytes[start..<min(bytes.count, start + Self.bufferSize - used)]
            part.withUnsafeBytes {
                buffer.baseAddress?.advanced(by: used).copyMemory(
                    from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count)
            }
            try advance(by: part.count)
            start += part.count
        }
    }

    /// Takes zeros.
    func appendZeros(_ count: UInt64) throws(BundleError) {
        var left = count
        while left > 0 {
            let step = Int(min(left, UInt64(Self.bufferSize - used)))
            buffer.baseAddress?.advanced(by: used).initializeMemory(as: UInt8.self, repeating: 0, count: step)
            try advance(by: step)
            left -= UInt64(step)
        }
    }

    /// Lets `read` put at most `limit` bytes straight into the buffer.
    ///
    /// - Returns: The bytes that it put there, valid inside `inspect` only; their count is 0 at the end of
    ///   the source.
    func fill(
        atMost limit: UInt64, inspect: (UnsafeRawBufferPointer) -> Void,
        _ read: (UnsafeMutableRawBufferPointer) throws(SyscallError) -> Int
    ) throws(BundleError) -> Result<Int, SyscallError> {
        let room = Int(min(limit, UInt64(Self.bufferSize - used)))
        let free = UnsafeMutableRawBufferPointer(rebasing: buffer[used..<(used + room)])
        let count: Int
        do { count = try read(free) } catch { return .failure(error) }
        inspect(UnsafeRawBufferPointer(rebasing: free[..<count]))
        try advance(by: count)
        return .success(count)
    }

    private func advance(by count: Int) throws(BundleError) {
        used += count
        if used == Self.bufferSize { try flush() }
    }

    private func flush() throws(BundleError) {
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<used])
        tarHasher.update(bytes)
        uncompressedSize += UInt64(used)
        used = 0
        try compressor.write(bytes)
    }

    /// Ends the stream: digests and sizes of both sides.
    func finish() throws(BundleError) -> (blob: Digest, diffID: Digest, size: UInt64) {
        try flush()
        try compressor.finish()
        return (spool.hasher.finish(), tarHasher.finish(), spool.size)
    }
}
