import AmberKernel
import AmberModel

extension LocalStore {
    /// One thing that can be removed.
    private struct Piece {
        let path: String
        let size: UInt64
        let usedAt: Int64
        let isLayer: Bool
        /// What replays made from it; goes with it.
        var derived: [String] = []
    }

    /// What the store holds.
    public func usage() -> Usage {
        var usage = Usage()
        for piece in pieces() {
            if piece.isLayer {
                usage.layerCount += 1
                usage.layerBytes += piece.size
            } else {
                usage.blobCount += 1
                usage.blobBytes += piece.size
            }
        }
        usage.digestBytes = (try? Files.status(KernelPath(directory + "/digests")))?.sizeInBytes ?? 0
        return usage
    }

    /// Removes what was not used for longest until blobs and extracted layers fit into `size` bytes.
    ///
    /// Layers that a replay uses now stay, and so does what was made from them. What cannot be removed stays without a word: another process may
    /// be at it.
    ///
    /// - Returns: Bytes that were freed.
    @discardableResult
    public func prune(to size: UInt64 = defaultSize) -> UInt64 {
        removeLeftovers()
        removeOldInventories()
        let pieces = pieces().sorted { $0.usedAt < $1.usedAt }
        var total = pieces.reduce(0) { $0 + $1.size }
        var freed: UInt64 = 0
        for piece in pieces where total > size {
            let isRemoved =
                piece.isLayer
                ? LayerCache.remove(piece.path, derived: piece.derived)
                : (try? Files.remove(KernelPath(piece.path))) != nil
            guard isRemoved else { continue }
            total -= piece.size
            freed += piece.size
        }
        if freed > 0 { removeDanglingRecipes() }
        return freed
    }

    private func pieces() -> [Piece] {
        var pieces: [Piece] = []
        for name in names("blobs/sha256") where !name.hasPrefix(".") {
            let path = "\(directory)/blobs/sha256/\(name)"
            guard let status = try? Files.status(KernelPath(path)), status.isRegular else { continue }
            pieces.append(
                Piece(path: path, size: status.sizeInBytes, usedAt: status.modifiedAt, isLayer: false))
        }
        let derived = derived()
        for name in names("layers") where !name.hasPrefix(".") {
            let path = "\(directory)/layers/\(name)"
            guard let status = try? Files.status(KernelPath(path + "/" + LayerCache.markerName)) else {
                continue
            }
            let made = derived[name] ?? []
            let size = (LayerCache.recordedSize(of: path) ?? 0) &+ self.size(of: made)
            pieces.append(
                Piece(path: path, size: size, usedAt: status.modifiedAt, isLayer: true, derived: made))
        }
        return pieces
    }

    /// Removes what killed processes left behind: temporary names older than a day.
    private func removeLeftovers() {
        let yesterday = DigestCache.now - 86_400_000_000_000
        for place in ["blobs/sha256", "recipes", "layers", "inventories", "placeholders", "."] {
            for name in names(place) where name.hasPrefix(".amber-") || name.hasPrefix(".building-") {
                let path = KernelPath("\(directory)/\(place)/\(name)")
                guard let status = try? Files.status(path), status.changedAt < yesterday else { continue }
                try? Files.removeTree(path)
            }
        }
        removeAbandoned(before: yesterday)
    }

    /// A survey serves one program at one place: the newest few are worth their megabyte.
    private func removeOldInventories() {
        let kept = names("inventories").filter { !$0.hasPrefix(".") }.compactMap { name in
            let path = "\(inventories)/\(name)"
            return (try? Files.status(KernelPath(path))).map { (path, $0.modifiedAt) }
        }
        for (path, _) in kept.sorted(by: { $0.1 > $1.1 }).dropFirst(Self.mostInventories) {
            try? Files.remove(KernelPath(path))
        }
    }

    private static let mostInventories = 16

    private func removeDanglingRecipes() {
        for name in names("recipes") where !name.hasPrefix(".") {
            let path = "\(directory)/recipes/\(name)"
            guard let bytes = try? Files.contents(KernelPath(path), limit: 4096) else { continue }
            if let layer = try? RecordJSON.decode(StoredLayer.self, from: bytes, subject: path),
                (try? Files.status(KernelPath(self.path(of: layer.digest)))) != nil
            {
                continue
            }
            try? Files.remove(KernelPath(path))
        }
    }

    func names(_ place: String) -> [String] {
        guard
            let opened = try? Files.open(
                KernelPath(directory + "/" + place), Files.Flag.readOnly | Files.Flag.directory),
            let names = try? Files.names(of: opened.number)
        else { return [] }
        return names.map { String(decoding: $0, as: UTF8.self) }
    }
}
