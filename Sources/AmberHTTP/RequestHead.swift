/// What a proxy must know of a request's head; the bytes themselves are passed on as they are.
public struct RequestHead: Hashable, Sendable {
    /// Where the method stands in the head.
    public let method: Range<Int>
    /// Where the target stands.
    public let target: Range<Int>
    /// HTTP/1.0 instead of HTTP/1.1.
    public let isVersion10: Bool
    /// How the body ends.
    public let framing: BodyFraming
    /// The client asks to close the connection behind the response.
    public let closes: Bool
    /// HEAD: the response has no body.
    public let isHead: Bool
    /// CONNECT: a 2xx response makes a tunnel.
    public let isConnect: Bool
    /// The client asks for another protocol.
    public let upgrades: Bool
    /// A repetition changes nothing (RFC 9110 section 9.2.2).
    public let isIdempotent: Bool

    /// Longest request line.
    public static let longestLine = 16 << 10

    /// Reads a head as `HeadScanner` found it.
    ///
    /// - Throws: `HTTPFault`: 400 for everything that servers read in different ways (request smuggling), 414, 501
    ///   for a transfer coding that is not known, 505 for another major version.
    public init(_ bytes: Span<UInt8>) throws(HTTPFault) {
        var index = 0
        let end = bytes.count
        while index < end, ByteClass.isToken(bytes[index]) { index += 1 }
        guard index > 0, index < end, bytes[index] == ByteClass.space else {
            throw .malformed("the request line has no method")
        }
        method = 0..<index
        let targetStart = index + 1
        index = targetStart
        while index < end, ByteClass.isTarget(bytes[index]) { index += 1 }
        guard index > targetStart, index < end, bytes[index] == ByteClass.space else {
            throw .malformed("the request line has no target")
        }
        target = targetStart..<index
        if index > Self.longestLine { throw HTTPFault(414, "the target is longer than 16 KiB") }
        (isVersion10, index) = try Self.version(bytes, at: index + 1)
        var fields = FramingFields()
        var lines = FieldLines(from: index, to: end)
        while let field = try lines.next(bytes) { try fields.take(field, bytes) }
        isHead = bytes.isText(method, "head")
        isConnect = bytes.isText(method, "connect")
        isIdempotent =
            isHead || bytes.isText(method, "get") || bytes.isText(method, "options")
            || bytes.isText(method, "put") || bytes.isText(method, "delete") || bytes.isText(method, "trace")
        framing = try Self.framing(fields, isVersion10)
        closes = fields.closes || (isVersion10 && !fields.keepsAlive)
        upgrades = fields.upgrades
    }

    private static func version(_ bytes: Span<UInt8>, at start: Int) throws(HTTPFault) -> (Bool, Int) {
        guard start + 10 <= bytes.count, bytes.isText(start..<(start + 5), "http/"),
            bytes[start] == UInt8(ascii: "H"), bytes[start + 6] == UInt8(ascii: "."),
            bytes[start + 8] == ByteClass.carriageReturn, bytes[start + 9] == ByteClass.lineFeed
        else { throw .malformed("the request line has no version") }
        let major = bytes[start + 5]
        let minor = bytes[start + 7]
        guard (0x30...0x39).contains(major), (0x30...0x39).contains(minor) else {
            throw .malformed("the request line has no version")
        }
        guard major == UInt8(ascii: "1") else {
            throw HTTPFault(505, "only HTTP/1.0 and HTTP/1.1 are spoken")
        }
        return (minor == UInt8(ascii: "0"), start + 10)
    }

    private static func framing(_ fields: FramingFields, _ isVersion10: Bool) throws(HTTPFault) -> BodyFraming
    {
        if fields.hostCount > 1 { throw .malformed("Host stands twice") }
        if fields.hostCount == 0, !isVersion10 { throw .malformed("there is no Host") }
        if fields.hasTransferEncoding {
            // RFC 9112 section 6.1: the ways to smuggle a request.
            if fields.length != nil { throw .malformed("both Transfer-Encoding and Content-Length") }
            if isVersion10 { throw .malformed("Transfer-Encoding in HTTP/1.0") }
            guard fields.isChunked else { throw HTTPFault(501, "a transfer coding that is not known") }
            return .chunked
        }
        guard let length = fields.length else { return .none }
        return length == 0 ? .none : .length(length)
    }
}
