import Crypto

/// The certificates that a server shows, and how it signs.
package struct ServerCredential: Sendable {
    /// The server's own first, in DER.
    let chain: [[UInt8]]
    /// Nil for certificates that were recorded: nobody here has their key.
    private let key: SigningKey?
    let signer: CipherSuite.Signer

    /// Certificates with their key.
    init(chain: [[UInt8]], key: SigningKey) {
        self.chain = chain
        self.key = key
        signer = key.signer
    }

    /// The recorded certificates, for a client that refuses them before it looks at a signature.
    ///
    /// - Returns: Nil where there are none.
    package init?(recorded chain: [[UInt8]]) {
        guard let first = chain.first else { return nil }
        self.chain = chain
        key = nil
        signer = CertificateFields(first)?.isElliptic == true ? .ecdsa : .rsa
    }

    /// True where the client takes a signature of this kind.
    func fits(_ hello: ClientHello, isModern: Bool) -> Bool {
        scheme(for: hello, isModern: isModern) != nil
    }

    /// Signs, or does as if; nil where the client takes no kind of signature that fits.
    func sign(_ bytes: [UInt8], _ hello: ClientHello, isModern: Bool) -> (scheme: Int, signature: [UInt8])? {
        guard let scheme = scheme(for: hello, isModern: isModern) else { return nil }
        guard let key else { return (scheme, [UInt8](repeating: 0x5A, count: signer == .rsa ? 256 : 70)) }
        return key.sign(bytes, scheme).map { (scheme, $0) }
    }

    private func scheme(for hello: ClientHello, isModern: Bool) -> Int? {
        if let key { return key.scheme(for: hello, isModern: isModern) }
        let known =
            signer == .rsa ? [0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601] : [0x0403, 0x0503, 0x0603]
        return hello.signatures.isEmpty ? known.last : hello.signatures.first(where: known.contains)
    }
}
