import Crypto

/// The certificates that a server shows, and how it signs.
package struct ServerCredential: Sendable {
    /// The server's own first, in DER.
    let chain: [[UInt8]]
    private let key: P256.Signing.PrivateKey
    /// Certificates that were recorded: nobody here has their key.
    private let recordedSigner: CipherSuite.Signer?

    /// Certificates with their key, on the curve P-256.
    init(chain: [[UInt8]], key: P256.Signing.PrivateKey) {
        self.chain = chain
        self.key = key
        recordedSigner = nil
    }

    /// The recorded certificates, for a client that refuses them before it looks at a signature.
    ///
    /// - Returns: Nil where there are none.
    package init?(recorded chain: [[UInt8]]) {
        guard let first = chain.first else { return nil }
        self.chain = chain
        key = P256.Signing.PrivateKey()
        recordedSigner = CertificateFields(first)?.isElliptic == true ? .ecdsa : .rsa
    }

    var signer: CipherSuite.Signer { recordedSigner ?? .ecdsa }

    /// Signs, or does as if; nil where the client takes no kind of signature that fits.
    func sign(_ bytes: [UInt8], _ hello: ClientHello) -> (scheme: Int, signature: [UInt8])? {
        let elliptic = [0x0403, 0x0503, 0x0603]
        let rsa = [0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601]
        // Without the extension TLS 1.2 means SHA-1 (RFC 5246 section 7.4.1.4.1); who says nothing takes what comes.
        let offered = hello.signatures.isEmpty ? elliptic + rsa : hello.signatures
        if signer == .rsa {
            guard let scheme = offered.first(where: rsa.contains) else { return nil }
            return (scheme, [UInt8](repeating: 0x5A, count: 256))
        }
        let wanted = recordedSigner == nil ? [0x0403] : elliptic
        guard let scheme = offered.first(where: wanted.contains),
            let signature = try? key.signature(for: bytes)
        else { return nil }
        return (scheme, Array(signature.derRepresentation))
    }
}
