import Crypto

/// Encrypts or decrypts the records of one direction, in their order.
struct RecordProtection {
    private let suite: CipherSuite
    private let isModern: Bool
    private let key: SymmetricKey
    private let vector: [UInt8]
    private var number: UInt64 = 0
    private static let tagLength = 16

    /// The keys of TLS 1.3 (RFC 8446 section 7.3).
    init(_ suite: CipherSuite, trafficSecret: [UInt8]) {
        self.suite = suite
        isModern = true
        key = SymmetricKey(
            data: suite.hash.expandLabel(trafficSecret, "key", length: suite.keyLength))
        vector = suite.hash.expandLabel(trafficSecret, "iv", length: 12)
    }

    /// The keys of TLS 1.2; nil where the suite has none for that version.
    ///
    /// Source: RFC 5246 section 6.3, RFC 5288 section 3, RFC 7905 section 2.
    init?(
        _ suite: CipherSuite, masterSecret: [UInt8], random: (client: [UInt8], server: [UInt8]),
        ofClient: Bool
    ) {
        guard !suite.isModern else { return nil }
        let vectorLength = suite.cipher == .aesGCM ? 4 : 12
        let block = suite.hash.expand(
            masterSecret, "key expansion", seed: random.server + random.client,
            length: 2 * (suite.keyLength + vectorLength))
        let keyStart = ofClient ? 0 : suite.keyLength
        let vectorStart = 2 * suite.keyLength + (ofClient ? 0 : vectorLength)
        self.suite = suite
        isModern = false
        key = SymmetricKey(data: block[keyStart..<(keyStart + suite.keyLength)])
        vector = Array(block[vectorStart..<(vectorStart + vectorLength)])
    }

    /// Decrypts a record; nil where it is not what the other side encrypted.
    mutating func open(_ record: RecordReader.Record) -> (type: ContentType, content: [UInt8])? {
        var sealed = record.content[...]
        var explicit: [UInt8] = []
        if !isModern, suite.cipher == .aesGCM {
            explicit = Array(sealed.prefix(8))
            guard explicit.count == 8 else { return nil }
            sealed = sealed.dropFirst(8)
        }
        guard sealed.count >= Self.tagLength else { return nil }
        let length = sealed.count - Self.tagLength
        let known = isModern ? record.header : known(record.type, length: length)
        guard
            let content = decrypt(
                sealed.prefix(length), tag: sealed.suffix(Self.tagLength), nonce: nonce(explicit), known)
        else { return nil }
        number += 1
        guard isModern else { return (record.type, content) }
        // TLSInnerPlaintext: the type stands before the padding (RFC 8446 section 5.2).
        guard let place = content.lastIndex(where: { $0 != 0 }),
            let type = ContentType(rawValue: content[place])
        else { return nil }
        return (type, Array(content[..<place]))
    }

    /// Encrypts at most 2^14 bytes into a whole record.
    mutating func seal(_ type: ContentType, _ content: [UInt8]) -> [UInt8] {
        var explicit: [UInt8] = []
        if !isModern, suite.cipher == .aesGCM { explicit.append(number: Int(number), size: 8) }
        let inner = isModern ? content + [type.rawValue] : content
        var record = [isModern ? ContentType.applicationData.rawValue : type.rawValue, 3, 3]
        record.append(number: explicit.count + inner.count + Self.tagLength, size: 2)
        let known = isModern ? record : known(type, length: inner.count)
        guard let sealed = encrypt(inner, nonce: nonce(explicit), known) else { return [] }
        number += 1
        return record + explicit + sealed
    }

    /// What is authenticated beside the content in TLS 1.2 (RFC 5246 section 6.2.3.3).
    private func known(_ type: ContentType, length: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: Int(truncatingIfNeeded: number), size: 8)
        bytes += [type.rawValue, 3, 3]
        bytes.append(number: length, size: 2)
        return bytes
    }

    private func nonce(_ explicit: [UInt8]) -> [UInt8] {
        if !explicit.isEmpty { return vector + explicit }
        var count: [UInt8] = [0, 0, 0, 0]
        count.append(number: Int(truncatingIfNeeded: number), size: 8)
        return zip(vector, count).map { $0 ^ $1 }
    }

    private func decrypt(
        _ sealed: ArraySlice<UInt8>, tag: ArraySlice<UInt8>, nonce: [UInt8], _ known: [UInt8]
    ) -> [UInt8]? {
        switch suite.cipher {
        case .aesGCM:
            guard let nonce = try? AES.GCM.Nonce(data: nonce),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed, tag: tag)
            else { return nil }
            return (try? AES.GCM.open(box, using: key, authenticating: known)).map { Array($0) }
        case .chaChaPoly:
            guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
                let box = try? ChaChaPoly.SealedBox(nonce: nonce, ciphertext: sealed, tag: tag)
            else { return nil }
            return (try? ChaChaPoly.open(box, using: key, authenticating: known)).map { Array($0) }
        }
    }

    private func encrypt(_ content: [UInt8], nonce: [UInt8], _ known: [UInt8]) -> [UInt8]? {
        switch suite.cipher {
        case .aesGCM:
            guard let nonce = try? AES.GCM.Nonce(data: nonce),
                let box = try? AES.GCM.seal(content, using: key, nonce: nonce, authenticating: known)
            else { return nil }
            return Array(box.ciphertext) + Array(box.tag)
        case .chaChaPoly:
            guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
                let box = try? ChaChaPoly.seal(content, using: key, nonce: nonce, authenticating: known)
            else { return nil }
            return Array(box.ciphertext) + Array(box.tag)
        }
    }
}
