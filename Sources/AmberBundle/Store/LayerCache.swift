import AmberKernel
import AmberModel

/// Extracted layers by digest, so that the second replay starts at once.
///
/// `layers/HEX/tree` is the layer and `layers/HEX/complete` says so and how large it is. Layers that root
/// extracted with their owners are apart, as `HEX+owners`: an ordinary user's copy has other owners. So are records
/// (`HEX+record`), of which Amber reads: a hostile bundle may give one blob two names. A layer
/// is extracted under a temporary name and renamed when its digest was right: there is never half a layer.
public struct LayerCache: Sendable {
    static let markerName = "complete"
    private let directory: String

    /// Uses the layers of a store.
    public init(_ store: LocalStore) { directory = store.directory + "/layers" }

    /// Finds a layer, or extracts it.
    ///
    /// - Returns: The layer, kept from pruning while the value lives.
    /// - Throws: `BundleError` as `BundleReader.extract` does; nothing is left behind then.
    public func layer(
        _ layer: LayerDescriptor, of bundle: BundleReader, options: ExtractionOptions = ExtractionOptions()
    ) throws(BundleError) -> CachedLayer {
        let name = Self.name(of: layer, options)
        let place = directory + "/" + name
        for _ in 0..<3 {
            if let found = Self.open(place) { return found }
            try extract(layer, of: bundle, options, to: place)
        }
        throw BundleError(
            .system, place, "it disappears as fast as it is made",
            remedy:
                "Another process prunes this store: raise its size, or set XDG_CACHE_HOME to another directory."
        )
    }

    private static func name(of layer: LayerDescriptor, _ options: ExtractionOptions) -> String {
        layer.digest.hexadecimal + (options.preservesOwners ? "+owners" : "")
            + (options.preservesSetuid ? "+setuid" : "") + (layer.name == .record ? "+record" : "")
    }

    private static func open(_ place: String) -> CachedLayer? {
        let marker = KernelPath(place + "/" + markerName)
        guard let lock = try? Files.open(marker, Files.Flag.readOnly),
            (try? Files.lock(lock.number, isShared: true)) != nil
        else { return nil }
        // Pruning renames the layer under an exclusive lock: whoever has the lock and still finds it there is
        // safe.
        guard let held = try? Files.status(of: lock.number), let named = try? Files.status(marker),
            held.inode == named.inode
        else { return nil }
        try? Files.setModificationTime(marker, to: DigestCache.now)
        return CachedLayer(path: place + "/tree", lock: lock)
    }

    private func extract(
        _ layer: LayerDescriptor, of bundle: BundleReader, _ options: ExtractionOptions, to place: String
    ) throws(BundleError) {
        let temporary = directory + "/" + TemporaryFile.uniqueName()
        defer { try? Files.removeTree(KernelPath(temporary)) }
        try bundled(writing: true, temporary) { () throws(SyscallError) in
            try Files.makeDirectory(KernelPath(temporary), mode: 0o700)
            try Files.makeDirectory(KernelPath(temporary + "/tree"), mode: 0o755)
        }
        let size = try bundle.extract(layer, into: temporary + "/tree", options: options)
        try bundled(writing: true, place) { () throws(SyscallError) in
            let marker = try Files.open(
                KernelPath(temporary + "/" + Self.markerName),
                Files.Flag.writeOnly | Files.Flag.create | Files.Flag.exclusive, mode: 0o600)
            try Files.writeAll(marker.number, Array("\(size)\n".utf8))
            do throws(SyscallError) {
                try Files.rename(KernelPath(temporary), to: KernelPath(place), isExclusive: true)
            } catch  where error.code == Errno.exists || error.code == Errno.notEmpty {
                // Another process was faster; its copy is as good.
            }
        }
    }

    /// Length of a cached layer's files, as its marker says; nil where it cannot be read.
    static func recordedSize(of place: String) -> UInt64? {
        guard let bytes = try? Files.contents(KernelPath(place + "/" + markerName), limit: 64) else {
            return nil
        }
        return UInt64(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    /// Removes a cached layer unless somebody uses it.
    ///
    /// It loses its name first, in one step and under the lock: nobody ever finds a part of a layer, nor of what was
    /// `derived` from it.
    static func remove(_ place: String, derived: [String] = []) -> Bool {
        guard let lock = try? Files.open(KernelPath(place + "/" + markerName), Files.Flag.readOnly),
            (try? Files.tryLock(lock.number)) == true
        else { return false }
        let doomed = derived.compactMap(unname)
        defer { for path in doomed { try? Files.removeTree(path) } }
        guard let layer = unname(place) else { return false }
        return (try? Files.removeTree(layer)) != nil
    }

    /// Takes a directory's name away; the one that it has then says that it is nobody's.
    private static func unname(_ place: String) -> KernelPath? {
        guard let slash = place.lastIndex(of: "/") else { return nil }
        let name = KernelPath(place[...slash] + TemporaryFile.uniqueName())
        return (try? Files.rename(KernelPath(place), to: name)) != nil ? name : nil
    }
}
