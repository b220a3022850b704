/// Goes through `Name: value` fields of stanzas that blank lines separate, as in dpkg's status file and in METADATA.
struct FieldScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Gives the next stanza's values of the asked fields; nil at the end.
    ///
    /// Costs one look at the first byte of each other line; a value that goes on over several lines keeps its first.
    /// Of a field that stands twice the first counts.
    mutating func next(_ names: [String]) -> [String?]? {
        skipBlankLines()
        guard position < bytes.count else { return nil }
        var values: [String?] = Array(repeating: nil, count: names.count)
        while position < bytes.count, bytes[position] != 10 {
            let end = endOfLine()
            for (number, name) in names.enumerated() where values[number] == nil {
                if let value = value(of: name, until: end) { values[number] = value }
            }
            position = min(end + 1, bytes.count)
        }
        return values
    }

    private mutating func skipBlankLines() {
        while position < bytes.count, bytes[position] == 10 { position += 1 }
    }

    private func endOfLine() -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            var end = position
            while end < buffer.count, buffer[end] != 10 { end += 1 }
            return end
        }
    }

    /// Compares without case: METADATA is an e-mail header (PEP 566), dpkg's fields have no case (deb-control(5)).
    private func value(of name: String, until end: Int) -> String? {
        var place = position
        for byte in name.utf8 {
            guard place < end, bytes[place] | 0x20 == byte | 0x20 else { return nil }
            place += 1
        }
        guard place < end, bytes[place] == UInt8(ascii: ":") else { return nil }
        place += 1
        var last = end
        while place < last, bytes[place] == 32 || bytes[place] == 9 { place += 1 }
        while last > place, bytes[last - 1] == 32 || bytes[last - 1] == 13 { last -= 1 }
        return String(decoding: bytes[place..<last], as: UTF8.self)
    }
}
