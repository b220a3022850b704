/// The field lines of a head or a trailer section, one after the other, refused where they are not well formed.
///
/// Strict on purpose: a proxy that takes what the service reads otherwise is a hole (request smuggling). Refused are
/// bare CR and LF, space before the colon, continued lines (obs-fold) and control characters.
struct FieldLines {
    /// One field line.
    struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    private var position: Int
    private let end: Int

    /// - Parameters:
    ///   - start: Where the first line begins.
    ///   - end: Behind the empty line.
    init(from start: Int, to end: Int) {
        position = start
        self.end = end
    }

    /// The next field; nil behind the last one.
    mutating func next(_ bytes: Span<UInt8>) throws(HTTPFault) -> Field? {
        let start = position
        guard start < end else { throw .malformed("the head does not end in an empty line") }
        if bytes[start] == ByteClass.carriageReturn {
            guard start + 2 == end, bytes[start + 1] == ByteClass.lineFeed else {
                throw .malformed("a carriage return stands alone")
            }
            position = end
            return nil
        }
        var index = start
        while index < end, ByteClass.isToken(bytes[index]) { index += 1 }
        guard index > start, index < end, bytes[index] == ByteClass.colon else {
            throw .malformed(
                bytes[start] == ByteClass.space || bytes[start] == ByteClass.tab
                    ? "a field is continued on the next line" : "a field's name is malformed")
        }
        let name = start..<index
        index += 1
        let valueStart = index
        while index < end, ByteClass.isValue(bytes[index]) { index += 1 }
        guard index + 1 < end, bytes[index] == ByteClass.carriageReturn,
            bytes[index + 1] == ByteClass.lineFeed
        else { throw .malformed("a field's value has a control character in it") }
        position = index + 2
        return Field(name: name, value: bytes.trimmed(valueStart..<index))
    }
}
