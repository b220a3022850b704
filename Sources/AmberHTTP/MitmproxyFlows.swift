/// Flows as mitmproxy and mitmdump save them (`-w FILE`): tagged netstrings, one after the other.
///
/// Source: mitmproxy/io/tnetstring.py; `LENGTH:PAYLOAD` and one byte for the type.
struct MitmproxyFlows {
    private indirect enum Value {
        case bytes([UInt8])
        case list([Value])
        case map([String: Value])
        case other
    }

    private var requests: [[String: Value]] = []

    /// Deepest nesting that is read.
    private static let deepest = 32

    /// Reads a file; nil where it is something else.
    init?(_ file: [UInt8]) {
        guard file.first.map({ (0x30...0x39).contains($0) }) ?? false else { return nil }
        var rest = file[...]
        while !rest.isEmpty {
            guard let value = Self.value(&rest, depth: 0), case .map(let flow) = value else { return nil }
            if case .map(let request)? = flow["request"] { requests.append(request) }
        }
    }

    /// Flows that have a request.
    var count: Int { requests.count }

    /// The bytes of one of the requests, counted from 0; nil where there are not so many.
    func wireBytes(_ index: Int, host: String) -> [UInt8]? {
        guard requests.indices.contains(index) else { return nil }
        let request = requests[index]
        func text(_ key: String) -> String? {
            guard case .bytes(let bytes)? = request[key] else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
        var fields: [HTTPMessage.Field] = []
        if case .list(let pairs)? = request["headers"] {
            for case .list(let pair) in pairs where pair.count == 2 {
                guard case .bytes(let name) = pair[0], case .bytes(let value) = pair[1] else { continue }
                fields.append(
                    HTTPMessage.Field(
                        String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
            }
        }
        fields.removeAll { ["content-length", "transfer-encoding"].contains($0.name.lowercased()) }
        if !fields.contains(where: { $0.name.lowercased() == "host" }) {
            fields.insert(HTTPMessage.Field("Host", text("host") ?? host), at: 0)
        }
        var body: [UInt8] = []
        if case .bytes(let content)? = request["content"] { body = content }
        return RequestText.build(text("method") ?? "GET", text("path") ?? "/", fields, body)
    }

    private static func value(_ rest: inout ArraySlice<UInt8>, depth: Int) -> Value? {
        guard depth < deepest, let colon = rest.prefix(13).firstIndex(of: UInt8(ascii: ":")),
            let length = Int(String(decoding: rest[rest.startIndex..<colon], as: UTF8.self)), length >= 0,
            rest.endIndex - colon - 1 > length
        else { return nil }
        let start = colon + 1
        var payload = rest[start..<(start + length)]
        let type = rest[start + length]
        rest = rest[(start + length + 1)...]
        switch type {
        case UInt8(ascii: ","), UInt8(ascii: ";"): return .bytes(Array(payload))
        case UInt8(ascii: "]"):
            var items: [Value] = []
            while !payload.isEmpty {
                guard let item = value(&payload, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return .list(items)
        case UInt8(ascii: "}"):
            var map: [String: Value] = [:]
            while !payload.isEmpty {
                guard case .bytes(let key)? = value(&payload, depth: depth + 1),
                    let item = value(&payload, depth: depth + 1)
                else { return nil }
                map[String(decoding: key, as: UTF8.self)] = item
            }
            return .map(map)
        case UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "~"), UInt8(ascii: "^"): return .other
        default: return nil
        }
    }
}
