import AmberModel

/// A message taken apart: for those who compare, print or convert it. A proxy passes bytes on and needs none of this.
public struct HTTPMessage: Hashable, Sendable {
    /// One field line, its name as written.
    public struct Field: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The value without the space around it; bytes above ASCII are read as UTF-8.
        public var value: String

        /// Makes a field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The first line, without its end.
    public var startLine: String
    /// The fields in order.
    public var fields: [Field]
    /// The body, chunks joined; still encoded where Content-Encoding says so.
    public var body: [UInt8]
    /// The fields behind a chunked body.
    public var trailers: [Field] = []
    /// The message is here from its first to its last byte.
    public var isComplete: Bool

    /// The value of the first field with this name, whatever its case.
    public func value(_ name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The three parts of the first line.
    public var startParts: [String] {
        startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    }

    /// Reads a request out of the bytes that were sent.
    ///
    /// - Throws: `HTTPFault` where its head is malformed.
    public init(request bytes: [UInt8]) throws(HTTPFault) {
        let head = try Self.head(bytes)
        let parsed = try RequestHead(bytes.span.extracting(0..<head))
        try self.init(bytes, head: head, framing: parsed.framing)
    }

    /// Reads a response; `bytes` begin with the final head, interim ones are skipped.
    ///
    /// - Throws: `HTTPFault` where its head is malformed.
    public init(response bytes: [UInt8], toHead: Bool = false) throws(HTTPFault) {
        var rest = bytes
        while true {
            let head = try Self.head(rest)
            let parsed = try ResponseHead(rest.span.extracting(0..<head), isAnswerToHead: toHead)
            guard parsed.isInterim else {
                try self.init(rest, head: head, framing: parsed.framing)
                return
            }
            rest = Array(rest[head...])
        }
    }

    private static func head(_ bytes: [UInt8]) throws(HTTPFault) -> Int {
        var scanner = HeadScanner()
        guard let end = try scanner.end(in: bytes.span) else {
            throw .malformed("the head does not end in an empty line")
        }
        return end
    }

    private init(_ bytes: [UInt8], head: Int, framing: BodyFraming) throws(HTTPFault) {
        let lineEnd = bytes.firstIndex(of: ByteClass.lineFeed) ?? head
        startLine = String(decoding: bytes[..<max(lineEnd - 1, 0)], as: UTF8.self)
        fields = try Self.fields(bytes, from: lineEnd + 1, to: head)
        switch framing {
        case .none:
            body = []
            isComplete = true
        case .untilClose:
            body = Array(bytes[head...])
            isComplete = true
        case .length(let length):
            body = Array(bytes[head...].prefix(Int(clamping: length)))
            isComplete = UInt64(body.count) == length
        case .chunked:
            var framer = ChunkedFramer()
            var payload: [UInt8] = []
            let span = bytes.span.extracting(head..<bytes.count)
            let count = try framer.take(span) {
                payload += bytes[(head + $0.lowerBound)..<(head + $0.upperBound)]
            }
            body = payload
            isComplete = framer.isEnded
            if framer.isEnded { trailers = try Self.trailers(bytes, end: head + count) }
        }
    }

    private static func fields(_ bytes: [UInt8], from start: Int, to end: Int) throws(HTTPFault) -> [Field] {
        var lines = FieldLines(from: start, to: end)
        var fields: [Field] = []
        while let line = try lines.next(bytes.span) {
            fields.append(
                Field(
                    String(decoding: bytes[line.name], as: UTF8.self),
                    String(decoding: bytes[line.value], as: UTF8.self)))
        }
        return fields
    }

    /// The trailer section is everything behind the last chunk's line.
    private static func trailers(_ bytes: [UInt8], end: Int) throws(HTTPFault) -> [Field] {
        var start = end - 2
        // Back to the line that is the last chunk's size: the only one without a colon before any `;`.
        while start > 0 {
            var lineStart = start - 2
            while lineStart > 0, bytes[lineStart - 1] != ByteClass.lineFeed { lineStart -= 1 }
            let line = bytes[max(lineStart, 0)..<max(start - 2, 0)]
            let isSize = line.first.map { ByteClass.hexadecimal($0) == 0 } ?? true
            if isSize, !line.prefix(while: { $0 != UInt8(ascii: ";") }).contains(ByteClass.colon) { break }
            start = max(lineStart, 0)
        }
        return try fields(bytes, from: start, to: end)
    }
}
