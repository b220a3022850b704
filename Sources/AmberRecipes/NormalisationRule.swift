/// One rule that makes two outputs of the same failure equal: what to find, and what to write instead.
package struct NormalisationRule: Hashable, Sendable {
    /// The rule's name, listed in a verdict where the rule was used.
    package let name: String
    /// What is found; it holds no hole of any bytes, so a search is linear.
    let pattern: Pattern
    /// What is written: text, and the numbers of the holes that are kept.
    let replacement: [Piece]
    /// The match must not touch a letter, digit or `_` on either side.
    let isWholeWord: Bool

    /// A piece of the replacement.
    enum Piece: Hashable, Sendable {
        case text([UInt8])
        case capture(Int)
    }
}
