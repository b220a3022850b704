import AmberKernel

/// What replays make from a record, and the rooms in which they run.
///
/// `placeholders/HEX…` are made from the layer `layers/HEX+record` and live as long as that one: whoever uses them keeps
/// the layer. `replays/…` is a room each, whose user holds a lock on it.
extension LocalStore {
    /// Where trees are kept that were made from records.
    package var placeholders: String { directory + "/placeholders" }
    /// Where replays have their rooms.
    package var replays: String { directory + "/replays" }

    /// Bytes that an entry of a tree counts for: an inode and its name, whatever its file system makes of it.
    private static let entrySize: UInt64 = 1024
    private static let sizeSuffix = ".size"

    /// Notes how many entries a tree has, so that pruning knows what it costs.
    package func note(entries: Int, ofTree name: String) {
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let path = KernelPath("\(placeholders)/\(name)\(Self.sizeSuffix)")
        guard let file = try? Files.open(path, flags, mode: 0o600) else { return }
        try? Files.writeAll(file.number, Array("\(UInt64(max(entries, 0)) * Self.entrySize)".utf8))
    }

    /// What was made from records, by the name of the record's layer in the cache.
    func derived() -> [String: [String]] {
        Dictionary(grouping: names("placeholders").filter { !$0.hasPrefix(".") }) { name in
            var base = name.prefix { $0 != "." }
            if base.hasSuffix("+directories") { base = base.dropLast("+directories".count) }
            return base + "+record"
        }.mapValues { $0.map { "\(placeholders)/\($0)" } }
    }

    /// What trees cost, as it was noted.
    func size(of derived: [String]) -> UInt64 {
        derived.filter { $0.hasSuffix(Self.sizeSuffix) }.reduce(0) { sum, path in
            let text = (try? Files.contents(KernelPath(path), limit: 32)) ?? []
            return sum &+ (UInt64(String(decoding: text, as: UTF8.self)) ?? 0)
        }
    }

    /// Removes rooms that nobody is in, and what was made from records that are gone.
    func removeAbandoned(before instant: Int64) {
        for name in names("replays") {
            let path = KernelPath("\(replays)/\(name)")
            guard let room = try? Files.open(path, Files.Flag.readOnly | Files.Flag.directory),
                let status = try? Files.status(of: room.number), status.changedAt < instant,
                (try? Files.tryLock(room.number)) == true
            else { continue }
            try? Files.removeTree(path)
        }
        let layers = Set(names("layers"))
        for (layer, paths) in derived() where !layers.contains(layer) {
            for path in paths {
                guard let status = try? Files.status(KernelPath(path)), status.changedAt < instant else {
                    continue
                }
                try? Files.removeTree(KernelPath(path))
            }
        }
    }
}
