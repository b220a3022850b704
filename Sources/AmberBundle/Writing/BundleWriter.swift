import AmberKernel
public import AmberModel

/// Builds a bundle layer by layer and seals it in one step; dropping it instead leaves nothing behind.
public struct BundleWriter: ~Copyable {
    /// A layer that waits to be sealed.
    struct Layer {
        let summary: LayerSummary
        let blob: SpooledBlob
    }

    let destination: String
    let replaces: Bool
    let directory: String
    let compression: LayerCompression
    let store: LocalStore?
    let sizeLimit: UInt64?
    /// Workers for compression, at least 1; never changes the result.
    let threads: Int
    private(set) var layers: [LayerName: Layer] = [:]

    /// Starts a bundle; nothing is written to `destination` before it is sealed.
    ///
    /// - Parameters:
    ///   - destination: Path of the bundle; what stands there is replaced when it is sealed.
    ///   - replaces: False never replaces anything: where the path is taken, the bundle is `NAME-2.amber`, and so on.
    ///   - compression: Compression of the layers.
    ///   - store: Keeps the layers for the next bundle; nil for none.
    ///   - sizeLimit: Most bytes of the bundle's layers together; nil for any number.
    ///   - threads: Workers for compression; nil for one per processor. The result is the same for any
    ///     number.
    /// - Throws: `BundleError` of code `system`: the destination's directory cannot be written.
    public init(
        destination: String, replaces: Bool = true, compression: LayerCompression = .zstd,
        store: LocalStore? = nil, sizeLimit: UInt64? = nil,
        threads: Int? = nil
    ) throws(BundleError) {
        self.destination = destination
        self.replaces = replaces
        let slash = destination.lastIndex(of: "/")
        directory = slash.map { $0 == destination.startIndex ? "/" : String(destination[..<$0]) } ?? "."
        self.compression = compression
        self.store = store
        self.sizeLimit = sizeLimit
        self.threads = max(1, threads ?? DetachedThread.processorCount)
        let directory = directory
        _ = try bundled(writing: true, directory) { () throws(SyscallError) in
            try TemporaryFile(in: directory)
        }
    }

    /// Compresses a layer, or finds it in the store.
    ///
    /// Entries come in any order; of several for one path the last one counts; parents that are missing are
    /// added with mode 0755, owner 0 and time 0. A source that is shorter, longer or different from what its
    /// entry says never breaks the layer: the summary names it.
    ///
    /// - Returns: What became of it; nil where there are no entries, and then the bundle has no such layer.
    /// - Throws: `BundleError`: `sizeLimit` (the writer stays as it was: add less and try again), `diskFull`,
    ///   `invalidEntry` where the layer was added before, `system`.
    @discardableResult
    public mutating func addLayer(
        _ name: LayerName, _ entries: [LayerEntry]
    ) throws(BundleError) -> LayerSummary? {
        guard layers[name] == nil else {
            throw BundleError(
                .invalidEntry, "layer \(name.rawValue)", "it was added before",
                remedy: "Report this: Amber adds each layer once.")
        }
        let listing = LayerListing(entries)
        guard !listing.entries.isEmpty else { return nil }
        let layer: Layer
        if let stored = storedLayer(name, listing) {
            layer = stored
            if let room, stored.blob.sizeInBytes > room { throw Self.sizeLimitReached }
        } else {
            layer = try buildLayer(name, listing)
        }
        layers[name] = layer
        return layer.summary
    }

    /// Bytes that are left of the size limit; nil where there is none.
    private var room: UInt64? {
        guard let sizeLimit else { return nil }
        let used = layers.values.reduce(0) { $0 + $1.blob.sizeInBytes }
        return used < sizeLimit ? sizeLimit - used : 0
    }

    private func storedLayer(_ name: LayerName, _ listing: LayerListing) -> Layer? {
        guard let store, let recipe = LayerRecipe.digest(of: listing, compression: compression),
            let found = store.layer(for: recipe)
        else { return nil }
        let summary = LayerSummary(
            name: name, digest: found.layer.digest, diffID: found.layer.diffID,
            sizeInBytes: found.layer.sizeInBytes,
            uncompressedSizeInBytes: found.layer.uncompressedSizeInBytes, entryCount: listing.entries.count,
            isReused: true, deviations: listing.leftOut)
        return Layer(summary: summary, blob: found.blob)
    }

    private func buildLayer(_ name: LayerName, _ listing: LayerListing) throws(BundleError) -> Layer {
        guard let store else { return try buildLayer(name, listing, spoolingTo: directory, store: nil) }
        do throws(BundleError) {
            return try buildLayer(name, listing, spoolingTo: store.directory + "/blobs/sha256", store: store)
        } catch  where error.code == .diskFull {
            // The store's disk is full, the destination's need not be.
            return try buildLayer(name, listing, spoolingTo: directory, store: nil)
        }
    }

    private func buildLayer(
        _ name: LayerName, _ listing: LayerListing, spoolingTo spoolDirectory: String, store: LocalStore?
    ) throws(BundleError) -> Layer {
        var file = try bundled(writing: true, spoolDirectory) { () throws(SyscallError) in
            try TemporaryFile(in: spoolDirectory)
        }
        let sink = try LayerSink(
            compression, threads: threads, writingTo: file.descriptor.number, sizeLimit: room)
        var writer = LayerWriter(sink, cache: self.store?.digests, leftOut: listing.leftOut)
        try writer.write(listing)
        let result = try sink.finish()
        let summary = LayerSummary(
            name: name, digest: result.blob, diffID: result.diffID, sizeInBytes: result.size,
            uncompressedSizeInBytes: sink.uncompressedSize, entryCount: listing.entries.count,
            isReused: false,
            deviations: writer.deviations)
        if let store { keep(&file, summary, listing, in: store) }
        let descriptor = try bundled(writing: true) { () throws(SyscallError) in
            try Files.duplicate(file.descriptor.number)
        }
        return Layer(
            summary: summary, blob: SpooledBlob(descriptor, digest: result.blob, sizeInBytes: result.size))
    }

    /// Gives the blob its place in the store, and its recipe where the content is what the listing says; best
    /// effort.
    private func keep(
        _ file: inout TemporaryFile, _ summary: LayerSummary, _ listing: LayerListing, in store: LocalStore
    ) {
        guard summary.deviations.count == listing.leftOut.count,
            let recipe = LayerRecipe.digest(of: listing, compression: compression),
            (try? file.publish(as: store.path(of: summary.digest), mode: 0o600, isDurable: false)) != nil
        else { return }
        store.insert(
            LocalStore.StoredLayer(
                digest: summary.digest, diffID: summary.diffID, sizeInBytes: summary.sizeInBytes,
                uncompressedSizeInBytes: summary.uncompressedSizeInBytes),
            for: recipe)
    }

    /// The error of a bundle that would grow too large.
    static var sizeLimitReached: BundleError {
        BundleError(
            .sizeLimit, "bundle", "it would be larger than its size limit",
            remedy: "Raise --max-size, or leave files out with --exclude.")
    }
}
