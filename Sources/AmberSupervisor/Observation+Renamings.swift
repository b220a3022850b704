import AmberKernel

extension Observation {
    /// A directory that the run renamed: what was below `from` is now below `to`.
    struct Renaming: Hashable, Sendable {
        /// Number of the event.
        var event: Int32
        var from: [UInt8]
        var to: [UInt8]
        /// What was below `to` is now below `from` (RENAME_EXCHANGE).
        var isExchange: Bool
        /// The directory itself, and who renamed it.
        var directory: InodeKey
        var threadID: Int32

        func moved(_ path: [UInt8]) -> [UInt8]? {
            Self.replace(from, by: to, in: path) ?? (isExchange ? Self.replace(to, by: from, in: path) : nil)
        }

        func original(_ path: [UInt8]) -> [UInt8]? {
            Self.replace(to, by: from, in: path) ?? (isExchange ? Self.replace(from, by: to, in: path) : nil)
        }

        private static func replace(_ prefix: [UInt8], by other: [UInt8], in path: [UInt8]) -> [UInt8]? {
            guard path.starts(with: prefix) else { return nil }
            let rest = path[prefix.count...]
            guard rest.isEmpty || rest.first == UInt8(ascii: "/") else { return nil }
            return other + rest
        }
    }

    /// Where the content that stood at a path when `event` happened stands now.
    package func location(of path: [UInt8], since event: Int32) -> [UInt8] {
        var location = path
        for renaming in renamings where renaming.event > event {
            location = renaming.moved(location) ?? location
        }
        return location
    }

    /// Where something that stands at a path now stood before the run renamed directories.
    func origin(of path: [UInt8]) -> [UInt8] {
        var origin = path
        for renaming in renamings.reversed() {
            origin = renaming.original(origin) ?? origin
        }
        return origin
    }

    /// Looks which of the renamings that were under way have happened.
    ///
    /// - Parameter threadID: Who makes the next call, and has therefore ended its last one; nil at the end of the run.
    func settleRenamings(before threadID: Int32?) {
        guard !pendingRenamings.isEmpty else { return }
        let pending = pendingRenamings
        pendingRenamings = []
        for renaming in pending {
            let isOver = threadID == nil || threadID == renaming.threadID
            // Where it stands at neither place it was moved on since.
            if isDirectory(renaming.directory, at: renaming.to)
                || isOver && !isDirectory(renaming.directory, at: renaming.from)
            {
                let place = renamings.lastIndex { $0.event < renaming.event }.map { $0 + 1 } ?? 0
                renamings.insert(renaming, at: place)
            } else if !isOver {
                pendingRenamings.append(renaming)
            }
        }
    }

    private func isDirectory(_ directory: InodeKey, at path: [UInt8]) -> Bool {
        guard let now = resolver.status(path) else { return false }
        return InodeKey(device: now.device, inode: now.inode) == directory
    }
}
