/// Text from a bundle on its way to a terminal: what would move the cursor, colour or ring is a dot.
enum PlainText {
    static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isControl =
                        scalar.value < 0x20 && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
                    return isControl ? "·" : scalar
                }))
    }
}
