/// What a proxy must know of a response's head.
public struct ResponseHead: Hashable, Sendable {
    /// The status, 100 to 999.
    public let status: Int
    /// Where the reason stands in the head; may be empty.
    public let reason: Range<Int>
    /// How the body ends.
    public let framing: BodyFraming
    /// The server closes the connection behind this response.
    public let closes: Bool
    /// It says so in a field that a proxy may take out: the response itself has an end, and HTTP/1.1 is spoken.
    public let mayKeepClient: Bool

    /// An interim response: the final one follows.
    public var isInterim: Bool { status < 200 && status != 101 }

    /// Reads a head as `HeadScanner` found it.
    ///
    /// - Parameters:
    ///   - bytes: The head with its empty line.
    ///   - isAnswerToHead: The request's method is HEAD: there is no body whatever the fields say.
    ///   - isAnswerToConnect: The request's method is CONNECT.
    /// - Throws: `HTTPFault` where it is malformed.
    public init(
        _ bytes: Span<UInt8>, isAnswerToHead: Bool = false, isAnswerToConnect: Bool = false
    ) throws(HTTPFault) {
        guard bytes.count >= 14, bytes.isText(0..<7, "http/1."), (0x30...0x39).contains(bytes[7]),
            bytes[8] == ByteClass.space
        else { throw .malformed("the status line is malformed") }
        var status = 0
        for index in 9..<12 {
            guard (0x30...0x39).contains(bytes[index]) else { throw .malformed("the status is no number") }
            status = status * 10 + Int(bytes[index] - 0x30)
        }
        guard status >= 100 else { throw .malformed("the status is below 100") }
        var index = 12
        // Some servers leave out the space where there is no reason.
        if bytes[index] == ByteClass.space { index += 1 }
        let reasonStart = index
        while index < bytes.count, ByteClass.isValue(bytes[index]) { index += 1 }
        guard index + 1 < bytes.count, bytes[index] == ByteClass.carriageReturn,
            bytes[index + 1] == ByteClass.lineFeed
        else { throw .malformed("the status line is malformed") }
        reason = reasonStart..<index
        var fields = FramingFields()
        var lines = FieldLines(from: index + 2, to: bytes.count)
        while let field = try lines.next(bytes) { try fields.take(field, bytes) }
        let isVersion10 = bytes[7] == UInt8(ascii: "0")
        self.status = status
        let hasNoBody =
            isAnswerToHead || status < 200 || status == 204 || status == 304
            || (isAnswerToConnect && status < 300)
        framing = hasNoBody ? .none : Self.framing(fields)
        closes = fields.closes || (isVersion10 && !fields.keepsAlive) || framing == .untilClose
        mayKeepClient = !isVersion10 && framing != .untilClose && status != 101
    }

    private static func framing(_ fields: FramingFields) -> BodyFraming {
        if fields.isChunked { return .chunked }
        if fields.hasTransferEncoding { return .untilClose }
        guard let length = fields.length else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }
}
