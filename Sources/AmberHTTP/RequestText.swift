/// A request as people write it, turned into bytes for the wire.
///
/// Taken are recorded requests, edited or not, `.http` files (`METHOD URL`, fields, an empty line, the body; line ends
/// may be LF, comments may come first, the version may be missing, and Content-Length is set to what the body has), HTTP
/// archives and mitmproxy's flow files.
public enum RequestText {
    /// Makes the bytes to send; `host` is for the Host field where the text has none.
    ///
    /// `number` counts the requests of a file from 1; without it the first that failed is taken. Throws `HTTPFault` where it is no request.
    public static func wireBytes(
        of text: [UInt8], number: Int? = nil, host: String
    ) throws(HTTPFault) -> [UInt8] {
        // Some tools begin a file with a byte order mark.
        let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
        if text.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            guard let archive = HARImport.read(text) else {
                throw .malformed("it is no HTTP archive, which is JSON with log.entries")
            }
            if let bytes = try archive.wireBytes(number.map { $0 - 1 } ?? archive.failing, host: host) {
                return bytes
            }
            throw .malformed("the archive has \(archive.count) requests")
        }
        if let flows = MitmproxyFlows(text) {
            if let bytes = try flows.wireBytes(number.map { $0 - 1 } ?? flows.failing, host: host) {
                return bytes
            }
            throw .malformed("the file has \(flows.count) flows with a request")
        }
        if let message = try? HTTPMessage(request: text), message.isComplete, isExact(message, text) {
            return text
        }
        var rest = text[...]
        var line = takeLine(&rest)
        while let candidate = line, isComment(candidate) { line = takeLine(&rest) }
        guard let first = line else { throw .malformed("it is empty") }
        let parts = String(decoding: first, as: UTF8.self).split(separator: " ").map(String.init)
        guard parts.count >= 2, parts[0].utf8.allSatisfy(ByteClass.isToken) else {
            throw .malformed("its first line is no `METHOD TARGET`")
        }
        let (target, origin) = split(parts[1])
        var fields: [HTTPMessage.Field] = []
        while let line = takeLine(&rest), !line.isEmpty {
            guard let colon = line.firstIndex(of: ByteClass.colon) else {
                throw .malformed("'\(String(decoding: line.prefix(40), as: UTF8.self))' is no field")
            }
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            fields.append(
                HTTPMessage.Field(
                    String(decoding: line[..<colon], as: UTF8.self), trimmed(value)))
        }
        let isChunked = fields.contains {
            $0.name.lowercased() == "transfer-encoding" && $0.value.lowercased().contains("chunked")
        }
        var body = body(rest, fields)
        if isChunked, let decoded = decodedChunks(body) { body = decoded }
        fields.removeAll { ["content-length", "transfer-encoding"].contains($0.name.lowercased()) }
        if !fields.contains(where: { $0.name.lowercased() == "host" }) {
            fields.insert(HTTPMessage.Field("Host", origin ?? host), at: 0)
        }
        return build(parts[0], target, fields, body)
    }

    /// What stands behind the head, up to a line that begins with `###`, which ends a request in `.http` files.
    private static func body(_ rest: ArraySlice<UInt8>, _ fields: [HTTPMessage.Field]) -> [UInt8] {
        let mark = Array("\n###".utf8)
        let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
        if let length, length <= rest.count {
            let behind = rest.dropFirst(length).drop {
                $0 == ByteClass.carriageReturn || $0 == ByteClass.lineFeed
            }
            if behind.isEmpty || behind.starts(with: mark.dropFirst()) { return Array(rest.prefix(length)) }
        }
        if rest.starts(with: mark.dropFirst()) { return [] }
        guard let place = Array(rest).firstRange(of: mark) else { return Array(rest) }
        var body = Array(rest.prefix(place.lowerBound))
        while body.last == ByteClass.carriageReturn || body.last == ByteClass.lineFeed { body.removeLast() }
        return body
    }

    /// A request's bytes, its Content-Length set where it has a body or its method usually has one.
    public static func build(
        _ method: String, _ target: String, _ fields: [HTTPMessage.Field], _ body: [UInt8]
    ) -> [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method.uppercased()) {
            head += "Content-Length: \(body.count)\r\n"
        }
        return Array((head + "\r\n").utf8) + body
    }

    /// A request out of another tool's file; what cannot stand in a head is refused, and not written into one.
    static func imported(
        _ method: String, _ target: String, _ fields: [HTTPMessage.Field], _ body: [UInt8], host: String
    ) throws(HTTPFault) -> [UInt8] {
        // HTTP/2's pseudo fields, and what is set anew.
        var fields = fields.filter {
            !$0.name.hasPrefix(":")
                && !["content-length", "transfer-encoding", "connection"].contains($0.name.lowercased())
        }
        if !fields.contains(where: { $0.name.lowercased() == "host" }) {
            fields.insert(HTTPMessage.Field("Host", host), at: 0)
        }
        guard !method.isEmpty, method.utf8.allSatisfy(ByteClass.isToken) else {
            throw .malformed("its method is none")
        }
        guard !target.isEmpty, target.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw .malformed("its target is none")
        }
        for field in fields {
            let isName = !field.name.isEmpty && field.name.utf8.allSatisfy(ByteClass.isToken)
            guard isName, field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .malformed("a field of it holds what a head cannot")
            }
        }
        return build(method, target, fields, body)
    }

    /// Nothing stands behind the message: else its length was not adapted to its body.
    private static func isExact(_ message: HTTPMessage, _ bytes: [UInt8]) -> Bool {
        var scanner = HeadScanner()
        guard let end = try? scanner.end(in: bytes.span),
            let head = try? RequestHead(bytes.span.extracting(0..<end))
        else { return false }
        var framer = BodyFramer(head.framing)
        let count = (try? framer.take(bytes.span.extracting(end..<bytes.count))) ?? 0
        return framer.isEnded && end + count == bytes.count
    }

    private static func decodedChunks(_ bytes: [UInt8]) -> [UInt8]? {
        var framer = ChunkedFramer()
        var payload: [UInt8] = []
        guard (try? framer.take(bytes.span) { payload += bytes[$0] }) != nil, framer.isEnded else {
            return nil
        }
        return payload
    }

    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: ByteClass.lineFeed) ?? rest.endIndex
        var line = rest[rest.startIndex..<end]
        rest = end < rest.endIndex ? rest[(end + 1)...] : rest[rest.endIndex...]
        if line.last == ByteClass.carriageReturn { line = line.dropLast() }
        return line
    }

    private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
        line.isEmpty || line.first == UInt8(ascii: "#") || line.starts(with: "//".utf8)
            || line.first == UInt8(ascii: "@")
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// An absolute URL is a target and a host.
    static func split(_ url: String) -> (target: String, host: String?) {
        for scheme in ["http://", "https://"] where url.lowercased().hasPrefix(scheme) {
            let rest = url.dropFirst(scheme.count)
            guard let slash = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else {
                return ("/", String(rest))
            }
            let path = String(rest[slash...])
            return (path.hasPrefix("/") ? path : "/" + path, String(rest[..<slash]))
        }
        return (url, nil)
    }
}
