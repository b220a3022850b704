import FoundationEssentials

/// An HTTP archive (HAR 1.2), as browsers, proxies and mitmproxy write it: exchanges in JSON.
public struct HARDocument: Codable, Sendable {
    /// A name and a value.
    public struct Pair: Codable, Sendable {
        var name: String
        var value: String
    }

    /// What a request sends.
    public struct PostData: Codable, Sendable {
        var mimeType: String?
        var text: String?
        var encoding: String?
        var params: [Parameter]?
    }

    /// One field of a form.
    public struct Parameter: Codable, Sendable {
        var name: String
        var value: String?
    }

    /// A request.
    public struct Request: Codable, Sendable {
        var method: String
        var url: String
        var httpVersion: String?
        var headers: [Pair]
        var queryString: [Pair]?
        var cookies: [Pair]?
        var headersSize: Int?
        var bodySize: Int?
        var postData: PostData?
    }

    /// A response's body.
    public struct Content: Codable, Sendable {
        var size: Int
        var mimeType: String
        var text: String?
        var encoding: String?
    }

    /// A response.
    public struct Response: Codable, Sendable {
        var status: Int
        var statusText: String
        var httpVersion: String
        var headers: [Pair]
        var cookies: [Pair]
        var content: Content
        var redirectURL: String
        var headersSize: Int
        var bodySize: Int
    }

    /// How long what took, milliseconds.
    public struct Timings: Codable, Sendable {
        var send: Double
        var wait: Double
        var receive: Double
    }

    /// One exchange.
    public struct Entry: Codable, Sendable {
        var startedDateTime: String?
        var time: Double?
        var request: Request
        var response: Response?
        var timings: Timings?
        var comment: String?
    }

    /// Who wrote it.
    public struct Creator: Codable, Sendable {
        var name: String
        var version: String
    }

    /// The archive's only member.
    public struct Log: Codable, Sendable {
        var version: String?
        var creator: Creator?
        var entries: [Entry]
        private enum CodingKeys: CodingKey { case version, creator, entries }
    }

    /// The exchanges.
    public var log: Log

    /// Makes an archive.
    public init(entries: [Entry], version: String) {
        log = Log(version: "1.2", creator: Creator(name: "Amber", version: version), entries: entries)
    }

    /// Reads one; nil where the text is no HAR.
    public init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDecoder().decode(HARDocument.self, from: Data(bytes)) else {
            return nil
        }
        self = document
    }

    /// The document.
    ///
    /// - Throws: what the encoder throws.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Index of the first exchange that failed; 0 where none did.
    public var failing: Int {
        log.entries.firstIndex { ($0.response?.status ?? 200) >= 500 || $0.response?.status == 0 } ?? 0
    }

    /// The bytes of one of the requests, counted from 0; nil where there are not so many.
    public func wireBytes(_ index: Int, host: String) -> [UInt8]? {
        guard log.entries.indices.contains(index) else { return nil }
        let request = log.entries[index].request
        let (target, origin) = RequestText.split(request.url)
        // HTTP/2's pseudo fields, and what is set anew.
        var fields = request.headers.filter {
            !$0.name.hasPrefix(":")
                && !["content-length", "transfer-encoding", "connection"].contains($0.name.lowercased())
        }.map { HTTPMessage.Field($0.name, $0.value) }
        if !fields.contains(where: { $0.name.lowercased() == "host" }) {
            fields.insert(HTTPMessage.Field("Host", origin ?? host), at: 0)
        }
        return RequestText.build(request.method, target, fields, Self.body(request.postData))
    }

    private static func body(_ data: PostData?) -> [UInt8] {
        guard let data else { return [] }
        if let text = data.text {
            if data.encoding == "base64", let bytes = Data(base64Encoded: text) { return Array(bytes) }
            return Array(text.utf8)
        }
        let pairs = (data.params ?? []).map { "\(escaped($0.name))=\(escaped($0.value ?? ""))" }
        return Array(pairs.joined(separator: "&").utf8)
    }

    /// application/x-www-form-urlencoded.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x2A:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x20: result += "+"
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
