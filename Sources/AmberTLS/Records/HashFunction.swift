import Crypto

/// The hash of a cipher suite, and what TLS derives with it.
enum HashFunction: Hashable, Sendable {
    case sha256
    case sha384

    /// Bytes of a hash.
    var length: Int { self == .sha256 ? 32 : 48 }

    func hash(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        }
    }

    func authenticate(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        return switch self {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
        }
    }

    /// HKDF-Extract (RFC 5869 section 2.2).
    func extract(salt: [UInt8], secret: [UInt8]) -> [UInt8] { authenticate(secret, key: salt) }

    /// HKDF-Expand-Label (RFC 8446 section 7.1).
    func expandLabel(_ secret: [UInt8], _ label: String, context: [UInt8] = [], length: Int) -> [UInt8] {
        var info: [UInt8] = []
        info.append(number: length, size: 2)
        info.append(vector: ("tls13 " + label).utf8, size: 1)
        info.append(vector: context, size: 1)
        let output =
            switch self {
            case .sha256:
                HKDF<SHA256>.expand(pseudoRandomKey: secret, info: info, outputByteCount: length)
            case .sha384:
                HKDF<SHA384>.expand(pseudoRandomKey: secret, info: info, outputByteCount: length)
            }
        return unsafe output.withUnsafeBytes { unsafe Array($0) }
    }

    /// Derive-Secret (RFC 8446 section 7.1).
    func deriveSecret(_ secret: [UInt8], _ label: String, transcript: [UInt8]) -> [UInt8] {
        expandLabel(secret, label, context: hash(transcript), length: length)
    }

    /// The pseudorandom function of TLS 1.2 (RFC 5246 section 5).
    func expand(_ secret: [UInt8], _ label: String, seed: [UInt8], length: Int) -> [UInt8] {
        let seed = Array(label.utf8) + seed
        var output: [UInt8] = []
        var link = seed
        while output.count < length {
            link = authenticate(link, key: secret)
            output += authenticate(link + seed, key: secret)
        }
        return Array(output.prefix(length))
    }
}
