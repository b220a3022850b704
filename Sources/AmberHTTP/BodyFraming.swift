/// How a message's body ends (RFC 9112 section 6).
public enum BodyFraming: Hashable, Sendable {
    /// There is none.
    case none
    /// After so many bytes.
    case length(UInt64)
    /// With the last chunk and the trailer section.
    case chunked
    /// When the connection closes; responses only.
    case untilClose
}

/// What a head's fields say about framing and connection, gathered field by field.
struct FramingFields {
    var length: UInt64?
    var hasTransferEncoding = false
    var isChunked = false
    var closes = false
    var keepsAlive = false
    var upgrades = false
    var expectsContinue = false
    var hostCount = 0

    mutating func take(_ field: FieldLines.Field, _ bytes: Span<UInt8>) throws(HTTPFault) {
        switch field.name.count {
        case 4 where bytes.isText(field.name, "host"): hostCount += 1
        case 6 where bytes.isText(field.name, "expect"):
            expectsContinue = bytes.isText(field.value, "100-continue")
        case 10 where bytes.isText(field.name, "connection"):
            for element in bytes.listElements(field.value) {
                if bytes.isText(element, "close") { closes = true }
                if bytes.isText(element, "keep-alive") { keepsAlive = true }
                if bytes.isText(element, "upgrade") { upgrades = true }
            }
        case 14 where bytes.isText(field.name, "content-length"): try takeLength(field.value, bytes)
        case 17 where bytes.isText(field.name, "transfer-encoding"): try takeEncoding(field.value, bytes)
        default: break
        }
    }

    private mutating func takeLength(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(HTTPFault) {
        guard length == nil else { throw .malformed("Content-Length stands twice") }
        guard !range.isEmpty, range.count <= 19 else { throw .malformed("Content-Length is no length") }
        var value: UInt64 = 0
        for index in range {
            guard (0x30...0x39).contains(bytes[index]) else {
                throw .malformed("Content-Length is no length")
            }
            value = value * 10 + UInt64(bytes[index] - 0x30)
        }
        length = value
    }

    private mutating func takeEncoding(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(HTTPFault) {
        guard !hasTransferEncoding else { throw .malformed("Transfer-Encoding stands twice") }
        hasTransferEncoding = true
        let codings = bytes.listElements(range)
        isChunked = codings.last.map { bytes.isText($0, "chunked") } ?? false
        for coding in codings.dropLast() where bytes.isText(coding, "chunked") {
            throw .malformed("chunked is not the last transfer coding")
        }
    }
}
