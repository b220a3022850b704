/// Many patterns that are asked at once: which of thousands of paths fits any of dozens.
///
/// Two neighbouring bytes of the longest text that a pattern holds stand for it; one pass over a path finds the few
/// patterns worth asking. Source: S. Wu and U. Manber, "A fast algorithm for multi-pattern searching", 1994.
package struct GlobSet: Sendable {
    private let globs: [Glob]
    /// Patterns without a text of two bytes, asked for every path.
    private let always: [Int]
    /// Where the patterns of a pair begin and end in `members`, by the pair's place; one entry more than places.
    private let starts: [Int32]
    private let members: [Int]

    /// A power of two; more make a chance meeting of two pairs rarer.
    private static let places = 1024

    /// Prepares to ask the patterns.
    package init(_ globs: [Glob]) {
        self.globs = globs
        let pairs = globs.map { Self.pair(of: $0.longestText) }
        always = globs.indices.filter { pairs[$0] == nil }
        var starts: [Int32] = []
        var members: [Int] = []
        for place in 0..<Self.places {
            starts.append(Int32(members.count))
            members += globs.indices.filter { pairs[$0] == place }
        }
        self.starts = starts + [Int32(members.count)]
        self.members = members
    }

    /// Tells whether any pattern fits the whole of `path`.
    package func matches(_ path: [UInt8]) -> Bool {
        if always.contains(where: { globs[$0].matches(path) }) { return true }
        let bytes = path.span
        let starts = starts.span
        for index in 1..<max(1, bytes.count) {
            let place = Self.place(bytes[index - 1], bytes[index])
            for member in Int(starts[place])..<Int(starts[place + 1])
            where globs[members[member]].matches(path) { return true }
        }
        return false
    }

    /// The pair in the middle of a text: beginnings and ends are slashes and suffixes, which many paths have.
    private static func pair(of text: [UInt8]) -> Int? {
        guard text.count > 1 else { return nil }
        let middle = text.count / 2
        return place(text[middle - 1], text[middle])
    }

    private static func place(_ first: UInt8, _ second: UInt8) -> Int {
        (Int(first) &* 37 &+ Int(second)) & (places - 1)
    }
}
