import AmberModel

/// Reads a layer from its start to its end, entry by entry, and checks its digest at the end.
final class LayerReader {
    let layer: LayerDescriptor
    private let subject: String
    private let blob: BlobStream
    private let stream: MeteredStream
    private var tar: TarReader

    init(
        _ layer: LayerDescriptor, in region: BlobRegion, of path: String, limits: ReadLimits,
        hashesContent: Bool
    ) throws(BundleError) {
        self.layer = layer
        subject = "\(path): layer \(layer.name.rawValue)"
        blob = BlobStream(region, subject: subject)
        let content = try Decompressor(try layer.filter(), of: blob, subject: subject)
        stream = MeteredStream(
            content, subject: subject, compressedSize: region.sizeInBytes, limits: limits,
            isHashing: hashesContent)
        tar = TarReader(stream, subject: subject, limits: limits)
    }

    /// The next entry, its path safe below any directory and without slashes at its ends; empty for the root.
    func next() throws(BundleError) -> TarEntry? {
        try diagnosed { () throws(BundleError) in
            guard var entry = try tar.next() else { return nil }
            entry.path = try EntryPath.checked(entry.path, subject: subject)
            return entry
        }
    }

    /// Bytes of the present entry's content that were not read yet.
    var contentSize: UInt64 { tar.contentLeft }

    /// The next piece of the present entry's content; empty at its end.
    func content() throws(BundleError) -> UnsafeRawBufferPointer {
        try diagnosed { () throws(BundleError) in try tar.content() }
    }

    /// The present entry's whole content, at most `limit` bytes.
    func wholeContent(limit: Int) throws(BundleError) -> [UInt8] {
        try diagnosed { () throws(BundleError) in try tar.wholeContent(limit: limit) }
    }

    /// Reads to the end and checks the blob's digest, and the diffID where content is hashed.
    func finish() throws(BundleError) {
        try diagnosed { () throws(BundleError) in
            while try tar.next() != nil {}
            try tar.drain()
        }
        guard try blob.finish() == layer.digest else { throw damaged }
        if let hasher = stream.hasher, hasher.finish() != layer.diffID {
            throw BundleError(
                .damaged, subject, "its tar differs from the diff_id in the image configuration",
                remedy: BundleError.doNotTrust)
        }
    }

    /// Turns a structure that cannot be read into its cause: bytes that are not what was sealed.
    private func diagnosed<Result>(_ body: () throws(BundleError) -> Result) throws(BundleError) -> Result {
        do { return try body() } catch {
            guard error.code == .malformed || error.code == .truncated else { throw error }
            guard let digest = try? blob.finish(), digest != layer.digest else { throw error }
            throw damaged
        }
    }

    private var damaged: BundleError {
        BundleError(
            .damaged, subject, "blob \(layer.digest) differs from its digest", remedy: BundleError.fetchAgain)
    }
}
