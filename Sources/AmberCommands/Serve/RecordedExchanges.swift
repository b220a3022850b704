import AmberBundle
import AmberHTTP
import AmberModel
import AmberRecipes

/// The exchanges of a service's bundle, read out of its record.
struct RecordedExchanges {
    let service: ServiceRecord
    let records: [RequestRecord]
    private let reader: BundleReader

    private static let largestMessage = 512 << 20

    /// Reads them; nil for a bundle of another kind.
    init?(_ reader: BundleReader) throws {
        guard let service = try reader.contents(of: "requests/service.json", limit: 1 << 20),
            let lines = try reader.contents(of: "requests/requests.jsonl", limit: 64 << 20)
        else { return nil }
        self.reader = reader
        self.service = try RecordJSON.decode(
            ServiceRecord.self, from: service, subject: "requests/service.json")
        records = try lines.split(separator: UInt8(ascii: "\n")).map {
            try RecordJSON.decode(RequestRecord.self, from: $0, subject: "requests/requests.jsonl")
        }
    }

    /// Where clients found the service.
    var origin: String { "http://\(service.listen)" }

    /// One exchange by number; the failing one where no number is given.
    func record(_ number: Int?) throws -> RequestRecord {
        let wanted = number ?? service.failing
        if let record = records.first(where: { $0.number == wanted }) { return record }
        let numbers = records.map { "\($0.number)" }.joined(separator: ", ")
        throw ServeOptionError(
            text: "the bundle has no request \(wanted.map { "\($0)" } ?? ""); it has \(numbers)")
    }

    /// The bytes of a message, as they were on the wire.
    func bytes(of message: RequestRecord.Message) throws -> [UInt8] {
        try reader.contents(of: message.file, limit: Self.largestMessage) ?? []
    }

    /// A request's bytes; credentials are masked where nobody asked for them.
    func requestBytes(_ record: RequestRecord, showsSecrets: Bool) throws -> [UInt8] {
        let bytes = try bytes(of: record.request)
        return showsSecrets ? bytes : try CredentialMask.mask(bytes)
    }
}

extension RequestRecord {
    /// The record with `<hidden>` for fields that carry credentials.
    var withoutCredentials: RequestRecord {
        func hide(_ fields: [Field]) -> [Field] {
            fields.map { field in
                let isSecret = CredentialMask.fields.contains(field.name.lowercased())
                return isSecret ? Field(name: field.name, value: "<hidden>") : field
            }
        }
        var copy = self
        copy.headers = hide(headers)
        copy.responseHeaders = hide(responseHeaders)
        return copy
    }
}

/// Hides credentials in a request's head.
enum CredentialMask {
    static let fields: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-amber-capture",
    ]

    /// The request with `<hidden>` in place of credentials; its body is left alone.
    static func mask(_ request: [UInt8]) throws -> [UInt8] {
        let secrets = SecretNames(recipes: try RecipeCollection().recipes)
        var result: [UInt8] = []
        var rest = request[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[rest.startIndex...end]
            rest = rest[(end + 1)...]
            result += masked(line, secrets)
            if line.count <= 2 { break }
        }
        return result + rest
    }

    private static func masked(_ line: ArraySlice<UInt8>, _ secrets: SecretNames) -> [UInt8] {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return Array(line) }
        let name = String(decoding: line[line.startIndex..<colon], as: UTF8.self)
        let isSecret =
            fields.contains(name.lowercased())
            || secrets.masked(entry: "\(name.replacing("-", with: "_").uppercased())=x")
                != "\(name.replacing("-", with: "_").uppercased())=x"
        return isSecret ? Array(line[...colon]) + Array(" <hidden>\r\n".utf8) : Array(line)
    }
}
