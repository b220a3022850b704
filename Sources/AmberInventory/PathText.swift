/// A path that is searched for directories, byte by byte: a survey asks thousands of paths about dozens of places.
struct PathText {
    /// The bytes of an absolute path.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Turns texts into what the searches take.
    static func parts(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    /// Tells whether one of `parts`, each starting with `/`, is somewhere in the path.
    func contains(any parts: [[UInt8]]) -> Bool {
        let text = bytes.span
        for place in text.indices where text[place] == UInt8(ascii: "/") {
            for part in parts where Self.holds(text, part.span, at: place) { return true }
        }
        return false
    }

    private static func holds(_ text: Span<UInt8>, _ part: Span<UInt8>, at place: Int) -> Bool {
        guard part.count <= text.count - place else { return false }
        for index in part.indices where text[place + index] != part[index] { return false }
        return true
    }

    /// Tells whether the path starts with one of `parts`.
    func hasPrefix(any parts: [[UInt8]]) -> Bool { parts.contains { bytes.starts(with: $0) } }

    /// Gives where the last `part`, which starts with `/`, begins.
    func lastPlace(of part: [UInt8]) -> Int? {
        let text = bytes.span
        var place = text.count
        while place > 0 {
            place -= 1
            if text[place] == UInt8(ascii: "/"), Self.holds(text, part.span, at: place) { return place }
        }
        return nil
    }

    /// Gives the first component below a directory; nil for paths that are not below it.
    func component(below directory: String) -> String? {
        guard bytes.starts(with: directory.utf8) else { return nil }
        return String(
            decoding: bytes[directory.utf8.count...].prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
    }

    /// The last component.
    var name: String {
        guard bytes.last != UInt8(ascii: "/") else {
            return String(decoding: components.last ?? [], as: UTF8.self)
        }
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    /// The last component but one: the name of the directory.
    var parent: String { String(decoding: components.dropLast().last ?? [], as: UTF8.self) }

    /// All components.
    var components: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }
}
