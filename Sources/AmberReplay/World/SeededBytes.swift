/// Bytes that look random and are the same each time for the same seed: SplitMix64. Not for secrets.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
struct SeededBytes: Sendable {
    private var state: UInt64

    /// Seeds a generator with words that say what it is for.
    init(_ words: String...) {
        // FNV-1a, 64 bits.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in words {
            for byte in Array(word.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        state = hash
    }

    /// The next bytes.
    mutating func next(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            let word = nextWord()
            for shift in 0..<UInt64(8) { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
        }
        return Array(bytes.prefix(count))
    }

    private mutating func nextWord() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
