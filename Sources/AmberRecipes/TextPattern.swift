/// A pattern that is looked for anywhere in a text, line by line: `ERROR {_}`, `"code":"E{_:digits 3}"`.
///
/// As `Pattern`, it never takes longer than the text is long, whatever both are.
package struct TextPattern: Hashable, Sendable {
    /// The pattern as written.
    package let source: String
    private let pattern: Pattern
    private let first: ByteSet

    /// Reads a pattern.
    ///
    /// - Throws: `RecipeError` that says what was expected; its file is `place`.
    package init(_ source: String, place: String) throws(RecipeError) {
        do throws(PatternError) {
            pattern = try Pattern(source, allowed: [])
        } catch {
            throw RecipeError(
                file: place, mark: YamlMark(line: 1, column: error.offset + 1), error.message)
        }
        self.source = source
        first = pattern.firstBytes
    }

    /// The line in which it stands; nil where it stands nowhere.
    package func firstLine(in bytes: [UInt8]) -> Range<Int>? {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if stands(in: bytes.span.extracting(start..<end)) { return start..<end }
            start = end + 1
        }
        return nil
    }

    private func stands(in line: Span<UInt8>) -> Bool {
        // So many places of a line are tried: a line of a megabyte is data, and is looked at from its start.
        var tries = 0
        for index in 0..<line.count where first.contains(line[index]) {
            if pattern.matchPrefix(line, from: index) != nil { return true }
            tries += 1
            if tries > 65536 { return false }
        }
        return false
    }
}
