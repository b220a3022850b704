/// The parser of RECORD: rows of path, hash and size, separated by commas.
///
/// Source: PyPA "Recording installed projects": the default dialect of Python's `csv`; RFC 4180.
enum PythonRecord {
    /// Calls `body` with the path of each row.
    static func forEachPath(_ text: [UInt8], _ body: ([UInt8]) -> Void) {
        let (quote, comma, newline) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(10))
        var place = 0
        while place < text.count {
            var path: [UInt8] = []
            if text[place] == quote {
                place += 1
                while place < text.count {
                    if text[place] == quote {
                        // Two quotes are one, one ends the field.
                        guard place + 1 < text.count, text[place + 1] == quote else { break }
                        place += 1
                    }
                    path.append(text[place])
                    place += 1
                }
            } else {
                let start = place
                while place < text.count, text[place] != comma, text[place] != newline { place += 1 }
                path = Array(text[start..<place])
                if path.last == 13 { path.removeLast() }
            }
            if !path.isEmpty { body(path) }
            while place < text.count, text[place] != newline { place += 1 }
            place += 1
        }
    }
}
