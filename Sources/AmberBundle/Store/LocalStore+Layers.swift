import AmberKernel
import AmberModel

extension LocalStore {
    /// What a recipe leads to.
    struct StoredLayer: Codable {
        var digest: Digest
        var diffID: Digest
        var sizeInBytes: UInt64
        var uncompressedSizeInBytes: UInt64
    }

    /// Finds the layer of a recipe; its blob is hashed before it is believed.
    func layer(for recipe: Digest) -> (layer: StoredLayer, blob: SpooledBlob)? {
        let path = recipePath(recipe)
        guard let bytes = try? Files.contents(KernelPath(path), limit: 4096),
            let layer = try? RecordJSON.decode(StoredLayer.self, from: bytes, subject: path),
            let file = try? Files.open(KernelPath(self.path(of: layer.digest)), Files.Flag.readOnly)
        else { return nil }
        guard Self.digest(of: file.number, size: layer.sizeInBytes) == layer.digest else {
            try? Files.remove(KernelPath(path))
            try? Files.remove(KernelPath(self.path(of: layer.digest)))
            return nil
        }
        // The time of last use decides what prune removes first.
        try? Files.setModificationTime(KernelPath(self.path(of: layer.digest)), to: DigestCache.now)
        try? Files.setModificationTime(KernelPath(path), to: DigestCache.now)
        return (layer, SpooledBlob(file, digest: layer.digest, sizeInBytes: layer.sizeInBytes))
    }

    /// Remembers that a recipe leads to a blob of this store; best effort.
    func insert(_ layer: StoredLayer, for recipe: Digest) {
        guard let bytes = try? RecordJSON.encode(layer),
            var file = try? TemporaryFile(in: directory + "/recipes")
        else {
            return
        }
        guard (try? Files.writeAll(file.descriptor.number, bytes)) != nil else { return }
        try? file.publish(as: recipePath(recipe), mode: 0o600, isDurable: false)
    }

    private func recipePath(_ recipe: Digest) -> String { "\(directory)/recipes/\(recipe.hexadecimal)" }

    /// Hashes an open file of exactly `size` bytes; nil where it has another length or cannot be read.
    static func digest(of descriptor: Int32, size: UInt64) -> Digest? {
        guard (try? Files.status(of: descriptor))?.sizeInBytes == size else { return nil }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var hasher = ContentHasher()
        var offset: UInt64 = 0
        while offset < size {
            guard let count = try? Files.read(descriptor, at: Int64(offset), into: buffer), count > 0 else {
                return nil
            }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
        return hasher.finish()
    }
}
