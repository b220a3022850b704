/// Flows as mitmproxy and mitmdump save them (`-w FILE`): tagged netstrings, one after the other.
///
/// Source: mitmproxy/io/tnetstring.py; `LENGTH:PAYLOAD` and one byte for the type.
struct MitmproxyFlows {
    private indirect enum Value {
        case bytes([UInt8])
        case list([Value])
        case map([String: Value])
        case number(Int)
        case other
    }

    private var requests: [[String: Value]] = []
    private var failingIndex: Int?

    /// Deepest nesting that is read.
    private static let deepest = 32

    /// Reads a file; nil where it is something else.
    init?(_ file: [UInt8]) {
        guard file.first.map({ (0x30...0x39).contains($0) }) ?? false else { return nil }
        var rest = file[...]
        while !rest.isEmpty {
            guard let value = Self.value(&rest, depth: 0), case .map(let flow) = value else { return nil }
            guard case .map(let request)? = flow["request"] else { continue }
            if failingIndex == nil, Self.isFailure(flow) { failingIndex = requests.count }
            requests.append(request)
        }
    }

    /// Flows that have a request.
    var count: Int { requests.count }

    /// Index of the first flow that failed; 0 where none did.
    var failing: Int { failingIndex ?? 0 }

    /// The service said so, or said nothing.
    private static func isFailure(_ flow: [String: Value]) -> Bool {
        guard case .map(let response)? = flow["response"], case .number(let status)? = response["status_code"]
        else { return true }
        return status >= 500
    }

    /// The bytes of one of the requests, counted from 0; nil where there are not so many.
    ///
    /// Throws `HTTPFault` where they would be no request.
    func wireBytes(_ index: Int, host: String) throws(HTTPFault) -> [UInt8]? {
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
        var body: [UInt8] = []
        if case .bytes(let content)? = request["content"] { body = content }
        return try RequestText.imported(
            text("method") ?? "GET", text("path") ?? "/", fields, body, host: text("host") ?? host)
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
        case UInt8(ascii: "#"): return .number(Int(String(decoding: payload, as: UTF8.self)) ?? 0)
        case UInt8(ascii: "!"), UInt8(ascii: "~"), UInt8(ascii: "^"): return .other
        default: return nil
        }
    }
}
