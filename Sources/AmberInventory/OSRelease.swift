/// The parser of os-release(5): lines of `KEY=value`, quoted as in a shell.
enum OSRelease {
    /// Reads `/etc/os-release`, or the vendor's below `/usr/lib`; empty where there is neither.
    static func read(_ tree: TreeReader) -> [String: String] {
        for path in ["/etc/os-release", "/usr/lib/os-release"] {
            if let bytes = tree.prefix(path, limit: 1 << 16) {
                return parse(String(decoding: bytes, as: UTF8.self))
            }
        }
        return [:]
    }

    /// Reads the text of the file.
    static func parse(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.first != "#", let equals = line.firstIndex(of: "=") else { continue }
            let key = line[..<equals]
            guard !key.isEmpty, key.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) })
            else {
                continue
            }
            values[String(key)] = unquote(line[line.index(after: equals)...])
        }
        return values
    }

    private static func unquote(_ text: Substring) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else { return String(text) }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst() {
            if isEscaped {
                result.append(character)
                isEscaped = false
            } else if character == "\\", quote == "\"" {
                isEscaped = true
            } else if character == quote {
                break
            } else {
                result.append(character)
            }
        }
        return result
    }
}
