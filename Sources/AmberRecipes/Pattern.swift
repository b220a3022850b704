/// A pattern written like the line it reads: `  File "{file}", line {line:number}, in {function}`.
///
/// Text stands for itself, `{name}` is a hole: any bytes, at least one, as few as lead to a match. `{name:class}`
/// takes the longest run of a class of bytes (`CharacterClass.all`), `{name:class 4}` and `{name:class 6..12}`
/// count them, `{name:rest}` may be empty, `{name:most}` takes as many bytes as it can. `{_}` keeps nothing,
/// `{{` and `}}` are braces.
///
/// This is not a regular expression on purpose. What is matched is hostile (a program's stderr), and recipes are
/// read more often than written. Swift's `Regex` backtracks: `(a+)+b` against 30 bytes takes seconds. Here a hole
/// commits at the first place where the text after it fits, up to the next hole (the rule of shell globs with one
/// `*` at a time), runs of a class never give back, and one match may take at most 16 steps a byte: the cost is
/// linear in the line whatever the pattern and the line are.
package struct Pattern: Hashable, Sendable {
    /// One piece of a pattern.
    enum Element: Hashable, Sendable {
        /// These bytes.
        case text([UInt8])
        /// The longest run of a class, between `least` and `most` bytes.
        case run(CharacterClass, least: Int, most: Int, capture: Int?)
        /// Any bytes.
        case gap(least: Int, greedy: Bool, capture: Int?)
    }

    /// The pattern as written.
    package let source: String
    /// The pieces in order; a gap never follows a gap.
    let elements: [Element]
    /// Names of the holes that keep what they match, without repetition.
    package let names: [String]
    /// The bytes of all texts: a line that lacks one cannot match, which rules out almost every line at once.
    let requiredBytes: ByteSet

    init(source: String, elements: [Element], names: [String]) {
        self.source = source
        self.elements = elements
        self.names = names
        var required = ByteSet(ranges: [])
        for case .text(let bytes) in elements {
            for byte in bytes { required.insert(byte) }
        }
        requiredBytes = required
    }

    /// Where each hole of `names` matched; empty ranges where nothing was kept.
    typealias Captures = [Range<Int>]

    /// Matches the whole of `line`.
    ///
    /// - Returns: The captures in the order of `names`, or nil where the line does not fit or costs too much.
    func match(_ line: Span<UInt8>) -> Captures? {
        var run = PatternRun(pattern: self, budget: 16 * line.count + 256)
        return run.match(line, from: 0, toEnd: true) == nil ? nil : run.captures
    }

    /// Matches a piece of `line` that begins at `start` and may end anywhere.
    ///
    /// - Returns: The end of the match and the captures, or nil.
    func matchPrefix(_ line: Span<UInt8>, from start: Int) -> (end: Int, captures: Captures)? {
        var run = PatternRun(pattern: self, budget: 4096)
        guard let end = run.match(line, from: start, toEnd: false) else { return nil }
        return (end, run.captures)
    }

    /// The bytes that a matching line can begin with; everything where it may be empty or begin with anything.
    var firstBytes: ByteSet {
        switch elements.first {
        case .text(let bytes)?: return ByteSet(ranges: [bytes[0]...bytes[0]])
        case .run(let kind, let least, _, _)? where least > 0:
            return ByteSet(ranges: (UInt8.min...UInt8.max).filter { kind.canBegin(with: $0) }.map { $0...$0 })
        default: return .everything
        }
    }

    /// Tells whether only an empty line matches.
    var matchesOnlyEmpty: Bool { elements.isEmpty }
}
