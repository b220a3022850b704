/// The server's answer to a `ClientHello` (RFC 8446 section 4.1.3).
struct ServerHello: Hashable {
    let random: [UInt8]
    let suite: Int
    private(set) var version: Int
    /// What is spoken inside; TLS 1.3 says it later, encrypted.
    private(set) var applicationProtocol: [UInt8]?

    /// A HelloRetryRequest is a ServerHello with this random (RFC 8446 section 4.1.3): SHA-256 of that name.
    static let retryRandom: [UInt8] = HashFunction.sha256.hash(Array("HelloRetryRequest".utf8))

    var isRetry: Bool { random == Self.retryRandom }

    /// Reads the body of a message; nil where it is damaged.
    init?(_ body: [UInt8]) {
        var reader = ByteReader(body[...])
        guard let version = reader.number(2), let random = reader.take(32), reader.vector(1) != nil,
            let suite = reader.number(2), reader.number(1) != nil
        else { return nil }
        self.version = version
        self.random = Array(random)
        self.suite = suite
        guard !reader.isEmpty else { return }
        guard let extensions = reader.vector(2) else { return nil }
        var list = ByteReader(extensions)
        while let type = list.number(2) {
            guard let content = list.vector(2) else { return nil }
            var value = ByteReader(content)
            if type == 43 { self.version = value.number(2) ?? version }
            if type == 16 { applicationProtocol = Self.protocolName(content) }
        }
    }

    /// The one name in an ALPN extension of a server.
    static func protocolName(_ content: ArraySlice<UInt8>) -> [UInt8]? {
        var reader = ByteReader(content)
        var list = ByteReader(reader.vector(2) ?? [])
        return list.vector(1).map { Array($0) }
    }

    /// The same in the body of an EncryptedExtensions message.
    static func protocolName(inExtensions body: [UInt8]) -> [UInt8]? {
        var reader = ByteReader(body[...])
        var list = ByteReader(reader.vector(2) ?? [])
        while let type = list.number(2), let content = list.vector(2) {
            if type == 16 { return protocolName(content) }
        }
        return nil
    }
}
