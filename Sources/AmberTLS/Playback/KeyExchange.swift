import Crypto

/// The server's half of a key exchange over an elliptic curve (RFC 8446 section 4.2.8, RFC 8422).
struct KeyExchange {
    /// Curves by their registered numbers, those that a server prefers first.
    enum Group: Int, CaseIterable, Hashable {
        case x25519 = 29
        case p256 = 23
        case p384 = 24
        case p521 = 25
    }

    private enum Key {
        case x25519(Curve25519.KeyAgreement.PrivateKey)
        case p256(P256.KeyAgreement.PrivateKey)
        case p384(P384.KeyAgreement.PrivateKey)
        case p521(P521.KeyAgreement.PrivateKey)
    }

    let group: Group
    private let key: Key

    /// Draws a key.
    init(_ group: Group) {
        self.group = group
        key =
            switch group {
            case .x25519: .x25519(.init())
            case .p256: .p256(.init())
            case .p384: .p384(.init())
            case .p521: .p521(.init())
            }
    }

    /// What the client needs to find the same secret.
    var publicKey: [UInt8] {
        switch key {
        case .x25519(let key): Array(key.publicKey.rawRepresentation)
        case .p256(let key): Array(key.publicKey.x963Representation)
        case .p384(let key): Array(key.publicKey.x963Representation)
        case .p521(let key): Array(key.publicKey.x963Representation)
        }
    }

    /// What both know; nil where the client's key is none.
    func secret(with clientKey: [UInt8]) -> [UInt8]? {
        let shared: SharedSecret? =
            switch key {
            case .x25519(let key):
                try? key.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: clientKey))
            case .p256(let key):
                try? key.sharedSecretFromKeyAgreement(with: .init(x963Representation: clientKey))
            case .p384(let key):
                try? key.sharedSecretFromKeyAgreement(with: .init(x963Representation: clientKey))
            case .p521(let key):
                try? key.sharedSecretFromKeyAgreement(with: .init(x963Representation: clientKey))
            }
        return unsafe shared?.withUnsafeBytes { unsafe Array($0) }
    }
}
