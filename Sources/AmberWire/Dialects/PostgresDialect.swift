/// The PostgreSQL protocol, version 3 (PostgreSQL documentation, "Frontend/Backend Protocol").
///
/// A request is what the program sends until it waits: a startup packet, a simple query, an extended query up to its
/// Sync or Flush, a password, the end of a copy.
struct PostgresDialect: Dialect {
    private static let sslRequest: UInt32 = 80_877_103
    private static let gssRequest: UInt32 = 80_877_104

    func requestLength(_ bytes: ArraySlice<UInt8>, isFirst: Bool) -> Int? {
        if Self.isStartup(bytes) {
            guard bytes.count >= 4 else { return nil }
            let length = Self.integer(bytes)
            guard length >= 8, length <= 10_000 else { return 0 }
            return bytes.count >= length ? Int(length) : nil
        }
        var total = 0
        while true {
            let rest = bytes.dropFirst(total)
            guard rest.count >= 5, let kind = rest.first else { return nil }
            let length = Self.integer(rest.dropFirst())
            guard length >= 4, length < 1 << 30 else { return 0 }
            guard rest.count >= length + 1 else { return nil }
            total += Int(length) + 1
            if Self.terminators.contains(kind) { return total }
        }
    }

    /// Query, Sync, Flush, Terminate, PasswordMessage, CopyDone, CopyFail, FunctionCall.
    private static let terminators = Set("QSHXpcfF".utf8)

    /// Startup packets have no type; every type is a letter, and no packet is that long.
    private static func isStartup(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.first == 0 }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    func responseLength(_ bytes: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> Int? {
        var total = 0
        while true {
            let rest = bytes.dropFirst(total)
            guard rest.count >= 5, let kind = rest.first else { return nil }
            let length = Self.integer(rest.dropFirst())
            guard length >= 4, length < 1 << 30, rest.count >= length + 1 else { return nil }
            total += Int(length) + 1
            if kind == UInt8(ascii: "Z") { return total }
        }
    }

    func keys(_ request: ArraySlice<UInt8>, isFirst: Bool) -> [RequestKey] {
        [RequestKey(bytes: Array(request))]
    }

    /// Authentication holds random numbers: who was let in then is let in now, with what the server said after that.
    func greeting(_ request: ArraySlice<UInt8>, isFirst: Bool, _ script: Script) -> [UInt8]? {
        if Self.isStartup(request) {
            let code = Self.integer(request.dropFirst(4))
            if code == Self.sslRequest || code == Self.gssRequest { return [UInt8(ascii: "N")] }
        } else if request.first != UInt8(ascii: "p") {
            return nil
        }
        return Self.welcome(script)
    }

    /// Startup packets and passwords.
    func setupLength(_ script: Script) -> Int {
        var length = 0
        while let next = requestLength(script.sent[length...], isFirst: length == 0), next > 0,
            Self.isStartup(script.sent[length...]) || script.sent[length] == UInt8(ascii: "p")
        {
            length += next
        }
        return length
    }

    /// AuthenticationOk and what follows it up to ReadyForQuery; nil where nobody was let in.
    private static func welcome(_ script: Script) -> [UInt8]? {
        var place = 0
        // The answer to SSLRequest and GSSENCRequest is a byte without length.
        while place < script.received.count, script.received[place] == UInt8(ascii: "N") { place += 1 }
        var start: Int?
        while place + 5 <= script.received.count {
            let kind = script.received[place]
            let length = integer(script.received[(place + 1)...])
            let end = place + 1 + Int(length)
            guard length >= 4, end <= script.received.count else { return nil }
            if kind == UInt8(ascii: "R"), length == 8, integer(script.received[(place + 5)...]) == 0 {
                start = place
            }
            if kind == UInt8(ascii: "Z"), let start { return Array(script.received[start..<end]) }
            place = end
        }
        return nil
    }

    func summary(_ request: ArraySlice<UInt8>) -> String {
        if Self.isStartup(request) { return "startup packet" }
        switch request.first {
        case UInt8(ascii: "p"): return "password message"
        case UInt8(ascii: "Q"): return text(request.dropFirst(5))
        case UInt8(ascii: "P"):
            let rest = request.dropFirst(5)
            guard let end = rest.firstIndex(of: 0) else { return "Parse" }
            return text(rest[(end + 1)...])
        default: return request.first.map { "message \(Character(Unicode.Scalar($0)))" } ?? "nothing"
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.prefix(200), as: UTF8.self)
    }
}
