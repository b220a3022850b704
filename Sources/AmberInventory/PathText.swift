/// A path that is searched for directories, byte by byte: a survey asks thousands of paths about dozens of places.
struct PathText {
    /// The bytes of an absolute path.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Turns texts into what the searches take.
    static func parts(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    /// Tells whether one of `parts`, each starting with `/`, is somewhere in the path.
    func contains(any parts: [[UInt8]]) -> Bool {
        for place in bytes.indices where bytes[place] == UInt8(ascii: "/") {
            if parts.contains(where: { bytes[place...].starts(with: $0) }) { return true }
        }
        return false
    }

    /// Tells whether the path starts with one of `parts`.
    func hasPrefix(any parts: [[UInt8]]) -> Bool { parts.contains { bytes.starts(with: $0) } }

    /// Gives where the last `part`, which starts with `/`, begins.
    func lastPlace(of part: [UInt8]) -> Int? {
        bytes.indices.last { bytes[$0] == UInt8(ascii: "/") && bytes[$0...].starts(with: part) }
    }

    /// Gives the first component below a directory; nil for paths that are not below it.
    func component(below directory: String) -> String? {
        let prefix = Array(directory.utf8)
        guard bytes.starts(with: prefix) else { return nil }
        return String(decoding: bytes[prefix.count...].prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
    }

    /// The last component.
    var name: String { String(decoding: components.last ?? [], as: UTF8.self) }

    /// The last component but one: the name of the directory.
    var parent: String { String(decoding: components.dropLast().last ?? [], as: UTF8.self) }

    /// All components.
    var components: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }
}
