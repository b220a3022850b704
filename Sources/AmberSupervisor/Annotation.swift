import AmberModel

/// What a program says of its run to whoever captures it, by an open that fails: `/.amber/annotations/NAME/VALUE`.
///
/// The path is nowhere, so that a program that nobody captures is told ENOENT and nothing else happens; it needs no
/// variable, descriptor or file. Bytes of both parts may stand as `%2F`.
package struct Annotation: Hashable, Sendable {
    /// Where no file is.
    package static let prefix = Array("/.amber/annotations/".utf8)
    /// Most names that are kept.
    static let limit = 1000

    package var name: String
    package var value: String

    /// Takes a path apart; nil for any other.
    package init?(_ path: [UInt8]) {
        guard path.starts(with: Self.prefix) else { return nil }
        let rest = path.dropFirst(Self.prefix.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")), slash > rest.startIndex else { return nil }
        name = Self.decoded(rest[..<slash])
        value = Self.decoded(rest[(slash + 1)...])
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
