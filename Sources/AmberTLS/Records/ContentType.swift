/// What a record holds (RFC 8446 section 5.1).
enum ContentType: UInt8, Hashable, Sendable {
    case changeCipherSpec = 20
    case alert = 21
    case handshake = 22
    case applicationData = 23
}

/// Versions as their numbers on the wire.
enum ProtocolVersion {
    static let tls12 = 0x0303
    static let tls13 = 0x0304
}
