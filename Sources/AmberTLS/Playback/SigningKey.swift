import Crypto
import CryptoExtras

/// A server's private key, of the kind that a client asks for.
enum SigningKey: Sendable {
    case elliptic(P256.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)

    /// The public key as a certificate has it (SubjectPublicKeyInfo).
    var publicKey: [UInt8] {
        switch self {
        case .elliptic(let key): Array(key.publicKey.derRepresentation)
        case .rsa(let key): Array(key.publicKey.derRepresentation)
        }
    }

    var signer: CipherSuite.Signer {
        switch self {
        case .elliptic: .ecdsa
        case .rsa: .rsa
        }
    }

    /// Signature schemes by their registered numbers (RFC 8446 section 4.2.3).
    private func schemes(isModern: Bool) -> [Int] {
        switch self {
        case .elliptic: return [0x0403]  // ecdsa_secp256r1_sha256
        case .rsa:
            let pss = [0x0804, 0x0805]  // rsa_pss_rsae_sha256, rsa_pss_rsae_sha384
            // rsa_pkcs1_sha256 and _sha384 sign nothing but certificates in TLS 1.3.
            return isModern ? pss : pss + [0x0401, 0x0501]
        }
    }

    /// The scheme that a client takes; nil where it takes none. Who names none takes what comes.
    func scheme(for hello: ClientHello, isModern: Bool) -> Int? {
        let possible = schemes(isModern: isModern)
        return hello.signatures.isEmpty ? possible.last : possible.first(where: hello.signatures.contains)
    }

    /// Signs; nil where that fails.
    func sign(_ bytes: [UInt8], _ scheme: Int) -> [UInt8]? {
        switch self {
        case .elliptic(let key): (try? key.signature(for: bytes)).map { Array($0.derRepresentation) }
        case .rsa(let key):
            switch scheme {
            case 0x0804: (try? key.signature(for: SHA256.hash(data: bytes), padding: .PSS)).map(Self.bytes)
            case 0x0805: (try? key.signature(for: SHA384.hash(data: bytes), padding: .PSS)).map(Self.bytes)
            case 0x0401:
                (try? key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)).map(
                    Self.bytes)
            default:
                (try? key.signature(for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5)).map(
                    Self.bytes)
            }
        }
    }

    private static func bytes(_ signature: _RSA.Signing.RSASignature) -> [UInt8] {
        Array(signature.rawRepresentation)
    }
}
