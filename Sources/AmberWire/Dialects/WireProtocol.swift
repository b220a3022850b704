/// A protocol that the player understands, told by what the program says first.
package enum WireProtocol: String, Sendable {
    case http
    case redis
    case postgresql
    case dns
    case tls

    /// Guesses by the program's first bytes; nil for what is not known.
    package static func guess(_ head: [UInt8], isDatagram: Bool) -> WireProtocol? {
        if isDatagram { return isQuestion(head) ? .dns : nil }
        if let first = head.first, first == UInt8(ascii: "*") || first == UInt8(ascii: "$") { return .redis }
        // TLSPlaintext: handshake, version 3.x (RFC 8446 section 5.1).
        if head.count > 5, head[0] == 22, head[1] == 3, head[5] == 1 { return .tls }
        // StartupMessage, SSLRequest, GSSENCRequest, CancelRequest (PostgreSQL protocol, "Message Formats").
        if head.count >= 8, head[0] == 0 {
            let code = head[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            if code == 196_608 || code >> 16 == 1234 { return .postgresql }
        }
        if methods.contains(where: { head.starts(with: $0) }) { return .http }
        return nil
    }

    /// A query with one question and no answers (RFC 1035 section 4.1.1); EDNS adds a record (RFC 6891).
    private static func isQuestion(_ head: [UInt8]) -> Bool {
        head.count >= 17 && head[2] & 0xF8 == 0 && head[4..<10].elementsEqual([0, 1, 0, 0, 0, 0])
            && head[10] == 0
            && head[11] <= 1
    }

    /// Methods of RFC 9110 section 9 and RFC 5789, each with its space.
    private static let methods = [
        "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ",
    ].map { Array($0.utf8) }
}
