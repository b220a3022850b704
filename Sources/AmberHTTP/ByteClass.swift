/// Classes of bytes in HTTP/1.1 (RFC 9110 section 5.6, RFC 9112 section 3).
enum ByteClass {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")

    private static let isTokenByte: [Bool] = (0...255).map { byte in
        switch UInt8(byte) {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// `tchar`: what names and methods are made of.
    static func isToken(_ byte: UInt8) -> Bool { isTokenByte[Int(byte)] }

    /// What may stand in a field's value: no control characters but the tab.
    static func isValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == tab }

    /// What may stand in a request's target: visible bytes; those above ASCII are passed on as they are.
    static func isTarget(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }

    /// The value of a hexadecimal digit.
    static func hexadecimal(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x41 + 10)
        case 0x61...0x66: UInt64(byte - 0x61 + 10)
        default: nil
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

extension Span where Element == UInt8 {
    /// Tells whether a stretch is this lower-case ASCII text, whatever its case.
    func isText(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in 0..<range.count
            where unsafe ByteClass.lowercased(self[range.lowerBound + offset]) != wanted[offset] {
                return false
            }
            return true
        }
    }

    /// A stretch without the spaces and tabs around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower] == ByteClass.space || self[lower] == ByteClass.tab { lower += 1 }
        while lower < upper, self[upper - 1] == ByteClass.space || self[upper - 1] == ByteClass.tab {
            upper -= 1
        }
        return lower..<upper
    }

    /// The elements of a comma-separated list, without empty ones.
    func listElements(_ range: Range<Int>) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where self[index] == UInt8(ascii: ",") {
            elements.append(trimmed(start..<index))
            start = index + 1
        }
        elements.append(trimmed(start..<range.upperBound))
        return elements.filter { !$0.isEmpty }
    }

    /// Copies a stretch.
    func array(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(self[index]) }
        return bytes
    }
}
