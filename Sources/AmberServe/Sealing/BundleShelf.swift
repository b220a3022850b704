import AmberKernel

/// The directory with a service's bundles, and the quota that they may use together.
///
/// A bundle is pinned by a file of the same name with `.pin` behind it, and is then never removed.
package struct BundleShelf: Sendable {
    package let directory: String
    /// Most bytes of all bundles; nil for any.
    package var quota: UInt64?

    package init(directory: String, quota: UInt64?) {
        self.directory = directory
        self.quota = quota
    }

    /// One bundle.
    package struct Item: Hashable, Sendable {
        package var path: String
        package var sizeInBytes: UInt64
        /// Nanoseconds since the epoch.
        package var modifiedAt: Int64
        package var isPinned: Bool
    }

    /// The bundles, oldest first.
    package var items: [Item] {
        guard let place = try? Files.open(KernelPath(directory), Files.Flag.readOnly | Files.Flag.directory)
        else { return [] }
        let names = ((try? Files.names(of: place.number)) ?? []).map { String(decoding: $0, as: UTF8.self) }
        let all = Set(names)
        return names.filter { $0.hasSuffix(".amber") }.compactMap { name in
            let path = directory + "/" + name
            guard let status = try? Files.status(KernelPath(path)), status.isRegular else { return nil }
            return Item(
                path: path, sizeInBytes: status.sizeInBytes, modifiedAt: status.modifiedAt,
                isPinned: all.contains(name + ".pin"))
        }.sorted { ($0.modifiedAt, $0.path) < ($1.modifiedAt, $1.path) }
    }

    /// Removes the oldest bundles that are not pinned until the others are within the quota.
    ///
    /// - Parameter newest: A bundle that goes last.
    /// - Returns: The bundles that were removed.
    package func makeRoom(keeping newest: String? = nil) -> [Item] {
        guard let quota else { return [] }
        let items = items
        var total = items.reduce(0) { $0 + $1.sizeInBytes }
        var removed: [Item] = []
        for item in items where total > quota && !item.isPinned && item.path != newest {
            guard (try? Files.remove(KernelPath(item.path))) != nil else { continue }
            total -= item.sizeInBytes
            removed.append(item)
        }
        return removed
    }

    /// Pinned bundles alone fill the quota: there is no room for another.
    package var isFull: Bool {
        guard let quota else { return false }
        return items.filter(\.isPinned).reduce(0) { $0 + $1.sizeInBytes } >= quota
    }
}
