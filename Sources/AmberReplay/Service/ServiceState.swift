import AmberBundle
import AmberModel

/// Puts the files that a service had changed when its request failed over those that it started with.
enum ServiceState {
    /// Adds them to the caller's layer, below what the caller replaces.
    static func apply(_ stage: ReplayStage, _ configuration: ReplayConfiguration) throws {
        let extracted = stage.bundle.record
        guard configuration.state == .failure,
            let list = try? extracted.contents(of: "requests/state.jsonl", limit: 64 << 20)
        else { return }
        let layer = ChangeLayer(
            directory: stage.room.changes, layers: stage.bundle.layers + [stage.bundle.placeholders])
        let replaced = Set(configuration.replacements.flatMap { sidecars($0.path) })
        var all: Set<ByteString> = []
        for line in list.split(separator: UInt8(ascii: "\n")) {
            let record = try RecordJSON.decode(StateRecord.self, from: line, subject: "requests/state.jsonl")
            all.insert(record.path)
            guard !replaced.contains(record.path), isPlain(record.file) else { continue }
            guard let content = try? extracted.open(record.file) else {
                throw ReplayError(
                    .noRun, "the bundle has no \(record.file)", remedy: "Fetch the bundle again.")
            }
            try layer.add(record, content: content)
        }
        // A database's journal that was there at the start and is gone now belongs to another content.
        for path in all {
            for journal in sidecars(path).dropFirst() where !all.contains(journal) && layer.holds(journal) {
                try layer.addEmpty(journal)
            }
        }
    }

    /// A database's file and its journals (SQLite documentation, "Temporary Files Used By SQLite").
    private static func sidecars(_ path: ByteString) -> [ByteString] {
        ["", "-wal", "-journal"].map { ByteString(path.bytes + Array($0.utf8)) }
    }

    /// Names come from the bundle, and must not lead out of it.
    private static func isPlain(_ name: String) -> Bool {
        name.hasPrefix("requests/state/") && name.dropFirst(15).utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
