import Crypto

extension BundleAuthority {
    /// Certificates like recorded ones, with keys that are known here: for a program that did not trust those.
    ///
    /// - Parameters:
    ///   - chain: The recorded certificates, the server's own first.
    ///   - trusted: Subjects of certificates that the program trusted. What one of them vouched for this authority
    ///     vouches for; what an unknown one vouched for an unknown one does.
    /// - Returns: Nil where they are damaged, or no signature can be made.
    package func likeness(of chain: [[UInt8]], trusted: Set<[UInt8]>) -> ServerCredential? {
        let fields = chain.compactMap { CertificateFields($0) }
        guard fields.count == chain.count, !fields.isEmpty else { return nil }
        let keys = fields.map { _ in P256.Signing.PrivateKey() }
        var made: [[UInt8]] = []
        for (index, field) in fields.enumerated() {
            let issuers = fields.indices.filter { $0 != index && fields[$0].subject == field.issuer }
            let isTrusted = issuers.isEmpty && field.issuer != field.subject && trusted.contains(field.issuer)
            let key = issuers.first.map { keys[$0] } ?? (field.issuer == field.subject ? keys[index] : nil)
            let certificate = try? Self.certificate(
                beginning: field.beginning, issuer: isTrusted ? Self.subject : field.issuer,
                validity: field.validity, subject: field.subject,
                publicKey: Array(keys[index].publicKey.derRepresentation),
                extensions: isTrusted
                    ? field.extensions(without: ObjectIdentifier.authorityKey) : field.extensions,
                signedBy: isTrusted ? self.key : key ?? P256.Signing.PrivateKey())
            guard let certificate else { return nil }
            made.append(certificate)
        }
        return ServerCredential(chain: made, key: .elliptic(keys[0]))
    }

    /// The subjects of certificates in a text.
    package static func subjects(in text: [UInt8]) -> [[UInt8]] {
        PEM.decode(text, limit: 2000).compactMap(CertificateFields.subject)
    }
}
