import FoundationEssentials

/// The requests of an HTTP archive, read with patience: tools leave out, and add, what they like.
struct HARImport: Decodable {
    private struct Pair: Decodable {
        var name: String?
        var value: String?
    }

    private struct PostData: Decodable {
        var text: String?
        var encoding: String?
        var params: [Pair]?
    }

    private struct Request: Decodable {
        var method: String
        var url: String
        var headers: [Pair]?
        var postData: PostData?
    }

    private struct Response: Decodable {
        var status: Double?
    }

    private struct Entry: Decodable {
        var request: Request
        var response: Response?
    }

    private struct Log: Decodable {
        var entries: [Entry]
    }

    private var log: Log

    /// Reads one; nil where the text is no HAR.
    static func read(_ bytes: some Sequence<UInt8>) -> HARImport? {
        try? JSONDecoder().decode(HARImport.self, from: Data(bytes))
    }

    /// How many requests there are.
    var count: Int { log.entries.count }

    /// Index of the first exchange that failed; 0 where none did.
    var failing: Int {
        log.entries.firstIndex { ($0.response?.status ?? 200) >= 500 || $0.response?.status == 0 } ?? 0
    }

    /// The bytes of one of the requests, counted from 0; nil where there are not so many.
    ///
    /// Throws `HTTPFault` where they would be no request.
    func wireBytes(_ index: Int, host: String) throws(HTTPFault) -> [UInt8]? {
        guard log.entries.indices.contains(index) else { return nil }
        let request = log.entries[index].request
        let (target, origin) = RequestText.split(request.url)
        let fields = (request.headers ?? []).map { HTTPMessage.Field($0.name ?? "", $0.value ?? "") }
        return try RequestText.imported(
            request.method, target, fields, Self.body(request.postData), host: origin ?? host)
    }

    private static func body(_ data: PostData?) -> [UInt8] {
        guard let data else { return [] }
        if let text = data.text, !text.isEmpty || data.params?.isEmpty ?? true {
            if data.encoding == "base64", let bytes = Data(base64Encoded: text) { return Array(bytes) }
            return Array(text.utf8)
        }
        let pairs = (data.params ?? []).map { "\(escaped($0.name ?? ""))=\(escaped($0.value ?? ""))" }
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
