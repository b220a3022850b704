/// A pattern for paths: `*` and `?` stay inside a component, `**` covers any number of them, `[a-z]` is a set.
///
/// `~/` at the beginning is any user's home directory, and because a home can be anywhere it is any directory.
/// A pattern with no `/` is for names. Matching costs at most the product of both lengths.
package struct Glob: Hashable, Sendable {
    /// The pattern as written.
    package let source: String
    private let bytes: [UInt8]
    /// What every matching path ends with, checked first because most paths fail there.
    private let suffix: [UInt8]
    /// What every matching path begins with, checked next.
    private let prefix: [UInt8]
    /// The longest text that every matching path holds, looked for before the slow part.
    private let needle: ByteSearch

    /// A text that every matching path holds, the longest there is; empty where there is none.
    var longestText: [UInt8] { needle.text }

    /// Takes a pattern; every text is one.
    package init(_ source: String) {
        self.source = source
        let text = source.hasPrefix("~/") ? "**/" + source.dropFirst(2) : Substring(source)
        bytes = Array(text.utf8)
        let special = Set("*?[]".utf8)
        suffix = Array(bytes.reversed().prefix { !special.contains($0) }.reversed())
        prefix = Array(bytes.prefix { !special.contains($0) })
        // `**/` may stand for nothing, and what is inside `[…]` is no text.
        let isPlain = !text.utf8.contains(UInt8(ascii: "["))
        let pieces = bytes.split { special.contains($0) }.map { $0.drop { $0 == UInt8(ascii: "/") } }
        needle = ByteSearch(isPlain ? Array(pieces.max { $0.count < $1.count } ?? []) : [])
    }

    /// Tells whether the whole of `path` fits.
    package func matches(_ path: [UInt8]) -> Bool {
        let text = path.span
        guard Self.holds(text, suffix.span, at: text.count - suffix.count),
            Self.holds(text, prefix.span, at: 0), needle.place(in: text) != nil
        else { return false }
        var seen: Set<Int> = []
        return matches(text, 0, 0, &seen)
    }

    /// Tells whether `part` stands at a place, compared from its end: paths differ there.
    private static func holds(_ text: Span<UInt8>, _ part: Span<UInt8>, at place: Int) -> Bool {
        guard place >= 0, place + part.count <= text.count else { return false }
        var index = part.count
        while index > 0 {
            index -= 1
            if text[place + index] != part[index] { return false }
        }
        return true
    }

    /// Matches from a position in the pattern and one in the path; `seen` holds the pairs that already failed.
    private func matches(_ path: Span<UInt8>, _ start: Int, _ from: Int, _ seen: inout Set<Int>) -> Bool {
        var index = start
        var position = from
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "*"):
                guard seen.insert(index * (path.count + 1) + position).inserted else { return false }
                let isDeep = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "*")
                let next = index + (isDeep ? 2 : 1)
                // `**/` also covers no directory at all: `**/x` matches `x`.
                if isDeep, next < bytes.count, bytes[next] == UInt8(ascii: "/"),
                    position == 0 || path[position - 1] == UInt8(ascii: "/"),
                    matches(path, next + 1, position, &seen)
                {
                    return true
                }
                while true {
                    if matches(path, next, position, &seen) { return true }
                    guard position < path.count, isDeep || path[position] != UInt8(ascii: "/") else {
                        return false
                    }
                    position += 1
                }
            case UInt8(ascii: "?"):
                guard position < path.count, path[position] != UInt8(ascii: "/") else { return false }
                index += 1
            case UInt8(ascii: "["):
                guard position < path.count, let end = setMatches(path[position], at: index) else {
                    return false
                }
                index = end
            default:
                guard position < path.count, path[position] == bytes[index] else { return false }
                index += 1
            }
            position += 1
        }
        return position == path.count
    }

    /// The index after the set that begins at `index`, or nil where it does not hold `byte`.
    private func setMatches(_ byte: UInt8, at index: Int) -> Int? {
        guard let end = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "]")), end > index + 1 else {
            return byte == bytes[index] ? index + 1 : nil
        }
        var item = index + 1
        while item < end {
            let isRange = item + 2 < end && bytes[item + 1] == UInt8(ascii: "-")
            let upper = isRange ? bytes[item + 2] : bytes[item]
            if byte >= bytes[item], byte <= upper { return end + 1 }
            item += isRange ? 3 : 1
        }
        return nil
    }
}
