import AmberModel

/// Watches a layer's uncompressed bytes: counts them, hashes them on demand, and stops a bomb.
final class MeteredStream: ByteStream {
    private let source: any ByteStream
    private let subject: String
    private let allowance: UInt64
    private let limits: ReadLimits
    private var total: UInt64 = 0
    private var weighed: UInt64 = 0
    private(set) var hasher: ContentHasher?

    /// `compressedSize` is the length of the whole blob.
    init(
        _ source: any ByteStream, subject: String, compressedSize: UInt64, limits: ReadLimits, isHashing: Bool
    ) {
        self.source = source
        self.subject = subject
        self.limits = limits
        let (scaled, overflow) = compressedSize.multipliedReportingOverflow(by: limits.ratio)
        allowance = overflow ? .max : scaled &+ limits.freeBytes < scaled ? .max : scaled + limits.freeBytes
        hasher = isHashing ? ContentHasher() : nil
    }

    func next() throws(BundleError) -> UnsafeRawBufferPointer {
        let bytes = try source.next()
        total += UInt64(bytes.count)
        // Zeros take time but no space: sparse files are welcome.
        if !ZeroRun.holds(bytes) { weighed += UInt64(bytes.count) }
        guard weighed <= allowance else {
            throw BundleError(
                .limitExceeded, subject, "it unpacks to more than \(limits.ratio) times its size",
                remedy: BundleError.doNotTrust)
        }
        guard total <= limits.contentBytes else {
            throw BundleError(
                .limitExceeded, subject, "it unpacks to more than \(limits.contentBytes) bytes",
                remedy: BundleError.doNotTrust)
        }
        hasher?.update(bytes)
        return bytes
    }
}
