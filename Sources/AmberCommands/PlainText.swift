/// Text from a bundle on its way to a terminal: what would move the cursor, colour, ring or turn the text is a dot.
enum PlainText {
    /// Text of one line: a line's end is a dot too, so that nothing begins a line of its own.
    static func line(_ text: String) -> String { masked(text) { $0 != "\n" } }

    /// Text of several lines.
    static func lines(_ text: String) -> String { masked(text) { _ in true } }

    private static func masked(_ text: String, _ keeps: (Unicode.Scalar) -> Bool) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { isControl($0) || !keeps($0) ? "·" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        // C0, DEL and C1 (ECMA-48); line and paragraph separators, bidirectional controls (UAX #9).
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
