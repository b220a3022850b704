/// A set of bytes that a hole of a pattern may cover: a 256-bit map, and a narrower one for the first byte.
struct CharacterClass: Hashable, Sendable {
    /// The word that recipes use for it.
    let name: String
    /// Tells whether a run must mix small letters, capitals and digits, at least two of the three, as the random
    /// part of a temporary name does and a word does not.
    let isMixed: Bool
    private let members: ByteSet
    private let first: ByteSet

    private init(_ name: String, _ members: ByteSet, first: ByteSet? = nil, isMixed: Bool = false) {
        self.name = name
        self.isMixed = isMixed
        self.members = members
        self.first = first ?? members
    }

    /// Tells whether a byte belongs to the class.
    func contains(_ byte: UInt8) -> Bool { members.contains(byte) }

    /// Tells whether a run of this class may begin with the byte.
    func canBegin(with byte: UInt8) -> Bool { first.contains(byte) }

    /// Tells whether a run of this class is acceptable as a whole.
    func accepts(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard isMixed else { return true }
        var kinds = (small: 0, capital: 0, digit: 0)
        for index in range {
            switch line[index] {
            case 0x30...0x39: kinds.digit = 1
            case 0x41...0x5A: kinds.capital = 1
            default: kinds.small = 1
            }
        }
        return kinds.small + kinds.capital + kinds.digit >= 2
    }

    private static let digits = ByteSet(ranges: [0x30...0x39])
    private static let letters = ByteSet(ranges: [0x41...0x5A, 0x61...0x7A, 0x80...0xFF])
    private static let alphanumeric = ByteSet(ranges: [0x30...0x39, 0x41...0x5A, 0x61...0x7A])
    private static let notSpace = ByteSet(ranges: [0x21...0xFF])

    /// Every class by the word that recipes use; the list in `Recipes/README.md` is this one.
    static let all: [CharacterClass] = [
        CharacterClass("number", digits),
        CharacterClass("hex", ByteSet(ranges: [0x30...0x39, 0x41...0x46, 0x61...0x66])),
        CharacterClass("letters", ByteSet(ranges: [0x41...0x5A, 0x61...0x7A])),
        CharacterClass("alphanumeric", alphanumeric),
        CharacterClass("token", ByteSet("_").union(alphanumeric)),
        CharacterClass("random", alphanumeric, isMixed: true),
        CharacterClass("identifier", letters.union(digits, ByteSet("_")), first: letters.union(ByteSet("_"))),
        CharacterClass(
            "name", letters.union(digits, ByteSet("_.$<>\\")), first: letters.union(ByteSet("_<\\"))),
        CharacterClass(
            "scoped", letters.union(digits, ByteSet("_.$<>:\\@/")), first: letters.union(ByteSet("_<\\"))),
        CharacterClass(
            "filename", letters.union(digits, ByteSet("_.$@%+=,~-"))),
        CharacterClass("path", letters.union(digits, ByteSet("!#$%&*+,-./=?@[]^_{}~\\"))),
        CharacterClass("word", notSpace),
        CharacterClass("space", ByteSet(" \t")),
        CharacterClass("carets", ByteSet(" \t^~")),
    ]

    /// The class that recipes call by this word, or nil.
    static func named(_ name: String) -> CharacterClass? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
