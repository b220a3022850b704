/// The end of a program's output as lines: colours removed, long lines cut, at most 256 KiB.
struct FailureText: Sendable {
    /// Bytes from the end that are examined: a failure that ends a program stands there.
    static let largestTail = 256 << 10
    /// Bytes of a line that are examined.
    static let longestLine = 4096

    private let bytes: [UInt8]
    private let lines: [Range<Int>]
    /// Which bytes occur in each line.
    private let byteSets: [ByteSet]

    /// Takes an output as it was printed; costs one pass over its last 256 KiB.
    init(_ output: [UInt8]) {
        var tail = output[...]
        if output.count > Self.largestTail {
            tail = output.suffix(Self.largestTail)
            // The first line is torn: a piece of a line could look like something it is not.
            tail = tail.firstIndex(of: 0x0A).map { tail[($0 + 1)...] } ?? []
        }
        let bytes = Self.withoutEscapes(tail)
        self.bytes = bytes
        var lines: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            var last = min(end, start + Self.longestLine)
            while last > start, bytes[last - 1] == 0x0D { last -= 1 }
            lines.append(start..<last)
            start = end + 1
        }
        self.lines = lines
        byteSets = lines.map { line in
            var set = ByteSet(ranges: [])
            for index in line { set.insert(bytes[index]) }
            return set
        }
    }

    /// Number of lines.
    var count: Int { lines.count }

    /// Matches a pattern against the whole of a line.
    func match(_ pattern: Pattern, line: Int) -> Pattern.Captures? {
        guard pattern.requiredBytes.isSubset(of: byteSets[line]) else { return nil }
        return pattern.match(bytes.span.extracting(lines[line]))
    }

    /// The first byte of a line, or nil where it is empty.
    func firstByte(of line: Int) -> UInt8? { lines[line].isEmpty ? nil : bytes[lines[line].lowerBound] }

    /// A piece of a line as text; bytes that are not UTF-8 become U+FFFD.
    func string(_ line: Int, _ range: Range<Int>? = nil) -> String {
        let whole = lines[line]
        guard let range else { return String(decoding: bytes[whole], as: UTF8.self) }
        let from = whole.lowerBound
        return String(decoding: bytes[(from + range.lowerBound)..<(from + range.upperBound)], as: UTF8.self)
    }

    /// Tells whether a line holds nothing but spaces.
    func isBlank(_ line: Int) -> Bool { bytes[lines[line]].allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// Drops terminal control sequences (ECMA-48): CSI up to its final byte, OSC up to BEL or ST, two-byte ones.
    private static func withoutEscapes(_ input: ArraySlice<UInt8>) -> [UInt8] {
        guard input.contains(0x1B) else { return Array(input) }
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var index = input.startIndex
        while index < input.endIndex {
            guard input[index] == 0x1B else {
                output.append(input[index])
                index += 1
                continue
            }
            index += 1
            guard index < input.endIndex else { break }
            switch input[index] {
            case UInt8(ascii: "["):
                index += 1
                while index < input.endIndex, (0x20...0x3F).contains(input[index]) { index += 1 }
                if index < input.endIndex, (0x40...0x7E).contains(input[index]) { index += 1 }
            case UInt8(ascii: "]"):
                index += 1
                while index < input.endIndex, input[index] >= 0x20 { index += 1 }
                if index < input.endIndex, input[index] == 0x07 { index += 1 }
            case 0x0A: break
            default: index += 1
            }
        }
        return output
    }
}
