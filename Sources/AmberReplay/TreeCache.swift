import AmberBundle
import AmberKernel

/// Trees that are made from a record once, for all its replays; the store removes them with the record's layer.
struct TreeCache {
    private let store: LocalStore
    /// True where a tree was not there and was made.
    private(set) var hasBuilt = false

    init(_ store: LocalStore) { self.store = store }

    /// Finds a tree that was made from a record, or has it made; `build` gives the number of its entries.
    mutating func tree(
        named name: String, _ build: (_ temporary: String, _ place: String) throws -> Int
    ) throws -> String {
        let base = store.placeholders
        let place = base + "/" + name
        if (try? Files.status(KernelPath(place))) != nil { return place }
        try Files.makeDirectories(base, mode: 0o700)
        let temporary = base + "/.building-\(ThisProcess.processID)-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectory(KernelPath(temporary), mode: 0o755)
        defer { try? Files.removeTree(KernelPath(temporary)) }
        store.note(entries: try build(temporary, place), ofTree: name)
        // Another replay of the same bundle may have been faster.
        _ = try Files.renameIfFree(KernelPath(temporary), to: KernelPath(place))
        hasBuilt = true
        return place
    }
}
