/// A cipher suite that is understood: those with authenticated encryption that swift-crypto has.
package struct CipherSuite: Hashable, Sendable {
    /// How content is encrypted.
    enum Cipher: Hashable, Sendable {
        case aesGCM
        case chaChaPoly
    }

    /// Whose key the peer signs with.
    enum Signer: Hashable, Sendable {
        /// The suite does not say: TLS 1.3, or a key exchange that is only read.
        case any
        case rsa
        case ecdsa
    }

    /// The registry's number (IANA, "TLS Cipher Suites").
    package let code: Int
    /// The registry's name.
    package let name: String
    let hash: HashFunction
    let cipher: Cipher
    let keyLength: Int
    let signer: Signer

    /// True for the suites of TLS 1.3, which no earlier version has.
    var isModern: Bool { code >> 8 == 0x13 }

    /// True where the server can take part with keys of its own: a key exchange over elliptic curves.
    var isEphemeral: Bool { isModern || signer != .any }

    private init(
        _ code: Int, _ name: String, _ hash: HashFunction, _ cipher: Cipher, _ keyLength: Int,
        _ signer: Signer = .any
    ) {
        self.code = code
        self.name = name
        self.hash = hash
        self.cipher = cipher
        self.keyLength = keyLength
        self.signer = signer
    }

    /// Looks a suite up; nil for one that is not understood.
    init?(_ code: Int) {
        guard let suite = Self.all.first(where: { $0.code == code }) else { return nil }
        self = suite
    }

    /// All of them, those that a server prefers first.
    static let all = [
        CipherSuite(0x1301, "TLS_AES_128_GCM_SHA256", .sha256, .aesGCM, 16),
        CipherSuite(0x1302, "TLS_AES_256_GCM_SHA384", .sha384, .aesGCM, 32),
        CipherSuite(0x1303, "TLS_CHACHA20_POLY1305_SHA256", .sha256, .chaChaPoly, 32),
        CipherSuite(0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", .sha256, .aesGCM, 16, .ecdsa),
        CipherSuite(0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", .sha384, .aesGCM, 32, .ecdsa),
        CipherSuite(
            0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", .sha256, .chaChaPoly, 32, .ecdsa),
        CipherSuite(0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", .sha256, .aesGCM, 16, .rsa),
        CipherSuite(0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", .sha384, .aesGCM, 32, .rsa),
        CipherSuite(0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", .sha256, .chaChaPoly, 32, .rsa),
        CipherSuite(0x009C, "TLS_RSA_WITH_AES_128_GCM_SHA256", .sha256, .aesGCM, 16),
        CipherSuite(0x009D, "TLS_RSA_WITH_AES_256_GCM_SHA384", .sha384, .aesGCM, 32),
        CipherSuite(0x009E, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", .sha256, .aesGCM, 16),
        CipherSuite(0x009F, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", .sha384, .aesGCM, 32),
        CipherSuite(0xCCAA, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", .sha256, .chaChaPoly, 32),
    ]
}
