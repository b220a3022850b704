import FoundationEssentials

/// An HTTP archive (HAR 1.2), as browsers and proxies read it: exchanges in JSON.
public struct HARDocument: Encodable, Sendable {
    /// A name and a value.
    public struct Pair: Encodable, Sendable {
        var name: String
        var value: String
    }

    /// What a request sends.
    public struct PostData: Encodable, Sendable {
        var mimeType: String?
        var text: String?
        var encoding: String?
        var params: [Parameter]?
    }

    /// One field of a form.
    public struct Parameter: Encodable, Sendable {
        var name: String
        var value: String?
    }

    /// A request.
    public struct Request: Encodable, Sendable {
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
    public struct Content: Encodable, Sendable {
        var size: Int
        var mimeType: String
        var text: String?
        var encoding: String?
    }

    /// A response.
    public struct Response: Encodable, Sendable {
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
    public struct Timings: Encodable, Sendable {
        var send: Double
        var wait: Double
        var receive: Double
    }

    /// One exchange.
    public struct Entry: Encodable, Sendable {
        var startedDateTime: String?
        var time: Double?
        var request: Request
        var response: Response?
        var timings: Timings?
        var comment: String?
    }

    /// Who wrote it.
    public struct Creator: Encodable, Sendable {
        var name: String
        var version: String
    }

    /// The archive's only member.
    public struct Log: Encodable, Sendable {
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

    /// The document.
    ///
    /// - Throws: what the encoder throws.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
