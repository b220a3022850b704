import Crypto
import CryptoExtras

/// A certificate authority of one replay: it vouches for the peers that are played back, and for nobody else.
///
/// Its key lives in memory and is gone with it. Certificates are valid at any time, so that a replay may live in any.
package struct BundleAuthority: Sendable {
    /// Its own certificate, in DER.
    package let certificate: [UInt8]
    let key: P256.Signing.PrivateKey
    private static let name = "Amber replay authority"
    static let subject = distinguishedName(name)

    /// Draws a key and signs for itself.
    ///
    /// - Throws: Where no signature can be made.
    package init() throws {
        key = P256.Signing.PrivateKey()
        let own = Self.keyIdentifier(Array(key.publicKey.derRepresentation))
        certificate = try Self.issue(
            subject: Self.subject, publicKey: Array(key.publicKey.derRepresentation),
            extensions: [
                Self.extension(
                    ObjectIdentifier.basicConstraints, isCritical: true, DER.sequence(DER.yes)),
                // keyCertSign, cRLSign
                Self.extension(ObjectIdentifier.keyUsage, isCritical: true, [0x03, 2, 1, 0x06]),
                Self.extension(ObjectIdentifier.subjectKey, DER.octets(own)),
            ], signedBy: key)
    }

    /// Makes a certificate for a peer.
    ///
    /// - Parameters:
    ///   - serverName: The name that the client asks for; nil where it gives none.
    ///   - address: The peer's IP address, 4 or 16 bytes; nil for other peers.
    ///   - recorded: The certificate that the peer had in production: its names are the new one's. Where it is not known,
    ///     the name and the address are.
    ///   - isRSA: The key is of the kind that old clients insist on.
    /// - Returns: The certificate with its key, and the authority's behind it.
    /// - Throws: Where no signature can be made.
    package func credential(
        serverName: String?, address: [UInt8]?, recorded: [UInt8]?, isRSA: Bool = false
    ) throws -> ServerCredential {
        let fields = recorded.flatMap { CertificateFields($0) }
        var names = fields?.alternativeNames ?? []
        if fields == nil {
            if let serverName { names.append(DER.value(0x82, Array(serverName.utf8))) }
            if let address { names.append(DER.value(0x87, address)) }
        }
        let leafKey: SigningKey =
            isRSA
            ? .rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)) : .elliptic(P256.Signing.PrivateKey())
        let leaf = try Self.issue(
            subject: fields?.subject ?? Self.distinguishedName(serverName ?? "recorded peer"),
            publicKey: leafKey.publicKey,
            extensions: [
                Self.extension(ObjectIdentifier.basicConstraints, isCritical: true, DER.sequence()),
                // digitalSignature
                Self.extension(ObjectIdentifier.keyUsage, isCritical: true, [0x03, 2, 7, 0x80]),
                Self.extension(
                    ObjectIdentifier.extendedKeyUsage, DER.sequence(ObjectIdentifier.serverAuthentication)),
                Self.extension(
                    ObjectIdentifier.subjectKey, DER.octets(Self.keyIdentifier(leafKey.publicKey))),
                Self.extension(
                    ObjectIdentifier.authorityKey,
                    DER.sequence(
                        DER.value(0x80, Self.keyIdentifier(Array(key.publicKey.derRepresentation))))),
                names.isEmpty
                    ? []
                    : Self.extension(
                        ObjectIdentifier.alternativeName, DER.value(0x30, names.flatMap { $0 })),
            ], signedBy: key)
        return ServerCredential(chain: [leaf, certificate], key: leafKey)
    }

    /// The authority's certificate as text (RFC 7468).
    package var text: [UInt8] { Array(PEM.encode(certificate).utf8) }

    /// The name under which OpenSSL looks for it in a directory, without the `.0`.
    ///
    /// Source: OpenSSL, `X509_NAME_hash`: SHA-1 of the canonical form of the subject, the first four bytes the other way
    /// round. That form has values in lower case, and no outer sequence.
    package var directoryHash: String {
        let canonical = DER.value(
            0x31, DER.sequence(ObjectIdentifier.commonName, DER.text(Self.name.lowercased())))
        return Array(Insecure.SHA1.hash(data: canonical)).prefix(4).reversed().map {
            ($0 < 16 ? "0" : "") + String($0, radix: 16)
        }.joined()
    }

    // MARK: - Making certificates

    private static func issue(
        subject: [UInt8], publicKey: [UInt8], extensions: [[UInt8]],
        signedBy signer: P256.Signing.PrivateKey
    ) throws -> [UInt8] {
        let serial = [0x40] + (0..<15).map { _ in UInt8.random(in: 0...255) }
        return try certificate(
            beginning: DER.value(0xA0, [0x02, 1, 2]) + DER.value(0x02, serial), issuer: Self.subject,
            validity: validity, subject: subject, publicKey: publicKey, extensions: extensions,
            signedBy: signer)
    }

    /// Puts the parts of a certificate together and signs them (RFC 5280 section 4.1).
    static func certificate(
        beginning: [UInt8], issuer: [UInt8], validity: [UInt8], subject: [UInt8], publicKey: [UInt8],
        extensions: [[UInt8]], signedBy signer: P256.Signing.PrivateKey
    ) throws -> [UInt8] {
        let algorithm = DER.sequence(ObjectIdentifier.ecdsaWithSHA256)
        let signed = DER.sequence(
            beginning, algorithm, issuer, validity, subject, publicKey,
            extensions.isEmpty ? [] : DER.value(0xA3, DER.value(0x30, extensions.flatMap { $0 })))
        let signature = try signer.signature(for: signed)
        return DER.sequence(signed, algorithm, DER.bits(Array(signature.derRepresentation)))
    }

    /// From the epoch to the end that RFC 5280 section 4.1.2.5 has for certificates without one.
    private static let validity = DER.sequence(
        DER.value(0x17, Array("700101000000Z".utf8)), DER.value(0x18, Array("99991231235959Z".utf8)))

    private static func distinguishedName(_ name: String) -> [UInt8] {
        DER.sequence(DER.value(0x31, DER.sequence(ObjectIdentifier.commonName, DER.text(name))))
    }

    private static func `extension`(
        _ identifier: [UInt8], isCritical: Bool = false, _ content: [UInt8]
    ) -> [UInt8] {
        DER.sequence(identifier, isCritical ? DER.yes : [], DER.octets(content))
    }

    /// RFC 5280 section 4.2.1.2, the first method.
    private static func keyIdentifier(_ publicKey: [UInt8]) -> [UInt8] {
        let key =
            DER.elements(DER.elements(publicKey[...]).first?.content ?? []).last?.content.dropFirst() ?? []
        return Array(Insecure.SHA1.hash(data: key))
    }
}
