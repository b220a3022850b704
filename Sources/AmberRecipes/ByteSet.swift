/// A set of byte values, four words large; a look-up is one shift.
struct ByteSet: Hashable, Sendable {
    private var word0: UInt64 = 0
    private var word1: UInt64 = 0
    private var word2: UInt64 = 0
    private var word3: UInt64 = 0

    /// Holds every byte of these ranges.
    init(ranges: [ClosedRange<UInt8>]) {
        for range in ranges {
            for byte in range { insert(byte) }
        }
    }

    /// Holds the UTF-8 bytes of a string.
    init(_ characters: String) {
        for byte in characters.utf8 { insert(byte) }
    }

    /// Holds all 256 values.
    static let everything = ByteSet(ranges: [0...255])

    /// Tells whether the byte is in the set.
    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: word0
            case 1: word1
            case 2: word2
            default: word3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    /// Adds a byte.
    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: word0 |= bit
        case 1: word1 |= bit
        case 2: word2 |= bit
        default: word3 |= bit
        }
    }

    /// Tells whether every byte of this set is in the other one.
    func isSubset(of other: ByteSet) -> Bool {
        word0 & ~other.word0 == 0 && word1 & ~other.word1 == 0 && word2 & ~other.word2 == 0
            && word3 & ~other.word3 == 0
    }

    /// Everything that is in this set or in one of the others.
    func union(_ others: ByteSet...) -> ByteSet {
        var result = self
        for other in others {
            result.word0 |= other.word0
            result.word1 |= other.word1
            result.word2 |= other.word2
            result.word3 |= other.word3
        }
        return result
    }
}
