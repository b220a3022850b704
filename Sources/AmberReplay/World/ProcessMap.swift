/// Which recorded process a process of the replay is. Pure.
///
/// A pid that was recorded names it, where pids are steered; else its place among its parent's children does.
struct ProcessMap: Sendable {
    private let byProcessID: [Int32: [RecordedWorld.Process]]
    private let children: [String: [RecordedWorld.Process]]
    private let sorted: [Int32]
    private var position = 0
    private var highest: Int32 = 0
    private var taken: Int32 = 0
    private var assigned: Set<String> = []
    private var ordinals: [Int32: String] = [:]
    private var extra: [String: Int] = [:]

    /// Takes the recorded tree.
    init(_ processes: [RecordedWorld.Process]) {
        sorted = processes.map(\.processID).sorted()
        byProcessID = Dictionary(grouping: processes, by: \.processID)
        let others = processes.filter { $0.ordinal.contains(".") }
        children = Dictionary(grouping: others) { Self.parent(of: $0.ordinal) ?? "" }.mapValues {
            $0.sorted { $0.processID < $1.processID }
        }
    }

    /// The ordinal of a process that is known already.
    subscript(processID: Int32) -> String? { ordinals[processID] }

    /// Finds out which recorded process this one is.
    ///
    /// - Parameters:
    ///   - processID: Its pid on this machine.
    ///   - inner: Its pid in the sandbox.
    ///   - parent: The ordinal of its parent; nil where it has none in the sandbox.
    ///   - isAlive: Tells whether there is a process of some pid in the sandbox.
    /// - Returns: Its ordinal, one with a `+` where the recording has no such process.
    mutating func identify(
        _ processID: Int32, inner: Int32, parent: String?, isAlive: (Int32) -> Bool = { _ in true }
    ) -> String {
        if let known = ordinals[processID] { return known }
        // A process without parent is the first one, or an orphan.
        let ordinal = parent == nil && !assigned.contains("1") ? "1" : find(inner, parent ?? "1", isAlive)
        assigned.insert(ordinal)
        highest = max(highest, inner)
        ordinals[processID] = ordinal
        return ordinal
    }

    /// Forgets a process that ends: its pid may come back.
    mutating func forget(_ processID: Int32) { ordinals[processID] = nil }

    /// The recorded pid that comes after all that were seen; nil where it was taken before, or there is none.
    mutating func takeNext() -> Int32? {
        while position < sorted.count, sorted[position] <= highest { position += 1 }
        guard position < sorted.count, sorted[position] != taken else { return nil }
        taken = sorted[position]
        return taken
    }

    private mutating func find(_ inner: Int32, _ parent: String, _ isAlive: (Int32) -> Bool) -> String {
        let named = (byProcessID[inner] ?? []).filter { !assigned.contains($0.ordinal) }
        let siblings = (children[parent] ?? []).filter { !assigned.contains($0.ordinal) }
        if let exact = named.first(where: { Self.parent(of: $0.ordinal) == parent }) ?? named.first {
            // A thread may have taken the pid that was meant for a child: then the next one has it by chance, and those
            // before it, of which nothing was heard, are not there.
            let earlier = siblings.prefix { $0.ordinal != exact.ordinal }
            if siblings.count == earlier.count || earlier.allSatisfy({ isAlive($0.processID) }) {
                return exact.ordinal
            }
        }
        if let next = siblings.first { return next.ordinal }
        extra[parent, default: 0] += 1
        return "\(parent).+\(extra[parent, default: 0])"
    }

    private static func parent(of ordinal: String) -> String? {
        ordinal.lastIndex(of: ".").map { String(ordinal[..<$0]) }
    }
}
