/// Puts handshake messages together out of the records that carry them (RFC 8446 section 4).
struct HandshakeReader {
    /// A message.
    struct Message: Hashable {
        var type: Kind
        var body: [UInt8]
        /// With its four bytes of type and length, as the transcript has it.
        var whole: [UInt8]
    }

    /// Types that mean something here; others are passed over.
    enum Kind: Int, Hashable {
        case clientHello = 1
        case serverHello = 2
        case newSessionTicket = 4
        case encryptedExtensions = 8
        case certificate = 11
        case serverKeyExchange = 12
        case certificateRequest = 13
        case serverHelloDone = 14
        case certificateVerify = 15
        case clientKeyExchange = 16
        case finished = 20
        case keyUpdate = 24
        case other = -1
    }

    /// A message is longer than any may be.
    struct Malformed: Error {}

    private var bytes: [UInt8] = []
    private static let longest = 1 << 20

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// True between messages.
    var isEmpty: Bool { bytes.isEmpty }

    /// The next whole message; nil where more bytes are needed.
    mutating func next() throws(Malformed) -> Message? {
        var reader = ByteReader(bytes[...])
        guard let type = reader.number(1), let length = reader.number(3) else { return nil }
        guard length <= Self.longest else { throw Malformed() }
        guard let body = reader.take(length) else { return nil }
        let message = Message(
            type: Kind(rawValue: type) ?? .other, body: Array(body), whole: Array(bytes[..<(4 + length)]))
        bytes.removeFirst(4 + length)
        return message
    }

    /// A message as bytes.
    static func encode(_ type: Kind, _ body: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        message.append(number: type.rawValue, size: 1)
        message.append(vector: body, size: 3)
        return message
    }
}
