import AmberModel

/// What makes a layer: its digest names the layer before it is built, so that a store can hold it already.
enum LayerRecipe {
    /// Digest of the canonical listing, or nil where a file's digest is not known.
    static func digest(of listing: LayerListing, compression: LayerCompression) -> Digest? {
        var hasher = ContentHasher()
        hasher.update(Array("amber layer recipe 2 \(compression.rawValue)\n".utf8))
        var line: [UInt8] = []
        for entry in listing.entries {
            line.removeAll(keepingCapacity: true)
            let metadata = entry.metadata
            let content: Digest?
            switch (metadata.kind, entry.digest, entry.content) {
            case (.file, let digest?, _): content = digest
            case (.file, nil, .bytes(let bytes)): content = ContentHasher.digest(of: bytes)
            case (.file, nil, _): return nil
            case (_, _, _): content = nil
            }
            append(entry.path.bytes, to: &line)
            append(Array(metadata.kind.rawValue.utf8), to: &line)
            append(metadata.linkTarget?.bytes ?? [], to: &line)
            append(content?.bytes ?? [], to: &line)
            for number in [
                UInt64(metadata.mode), UInt64(metadata.userID), UInt64(metadata.groupID),
                metadata.sizeInBytes,
                UInt64(bitPattern: metadata.modifiedAt),
            ] { append(number, to: &line) }
            hasher.update(line)
        }
        return hasher.finish()
    }

    /// Length first, so that no two listings give the same bytes.
    private static func append(_ bytes: [UInt8], to line: inout [UInt8]) {
        append(UInt64(bytes.count), to: &line)
        line += bytes
    }

    private static func append(_ number: UInt64, to line: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { line.append(contentsOf: $0) }
    }
}
