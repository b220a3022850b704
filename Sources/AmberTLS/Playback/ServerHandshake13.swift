/// A TLS 1.3 handshake between the server's messages and the client's Finished (RFC 8446 section 2).
struct ServerHandshake13 {
    let suite: CipherSuite
    /// What the client's Finished must be.
    let expected: [UInt8]
    /// What the client's keys come from afterwards.
    let clientSecret: [UInt8]
}

extension TLSServer {
    /// Answers a hello with everything up to the server's Finished, or asks for a key for another curve.
    mutating func begin13(_ hello: ClientHello, _ profile: ServerProfile, mayRetry: Bool) throws {
        guard let suite else { throw Failure.unexpected }
        let share = hello.keyShares.lazy.compactMap { share in
            KeyExchange.Group(rawValue: share.group).map { (KeyExchange($0), share.key) }
        }.first
        guard let (exchange, clientKey) = share else {
            guard mayRetry else { throw Failure.unexpected }
            return try retry(hello, profile, suite)
        }
        guard let shared = exchange.secret(with: clientKey) else { throw Failure.damaged }
        say(.serverHello, serverHello(hello, suite, random: Self.random(32), exchange))
        // Boxes on the way want to see it (RFC 8446 appendix D.4).
        if !hello.sessionID.isEmpty { append(.changeCipherSpec, [1]) }

        let hash = suite.hash
        let zeros = [UInt8](repeating: 0, count: hash.length)
        let early = hash.extract(salt: zeros, secret: zeros)
        let handshake = hash.extract(
            salt: hash.deriveSecret(early, "derived", transcript: []), secret: shared)
        let client = hash.deriveSecret(handshake, "c hs traffic", transcript: transcript)
        let server = hash.deriveSecret(handshake, "s hs traffic", transcript: transcript)
        writing = RecordProtection(suite, trafficSecret: server)
        reading = RecordProtection(suite, trafficSecret: client)

        say(.encryptedExtensions, encryptedExtensions(profile.applicationProtocol(for: hello)))
        say(.certificate, certificate(profile.credential))
        say(.certificateVerify, try certificateVerify(hello, profile.credential, hash))
        say(.finished, hash.authenticate(hash.hash(transcript), key: finishedKey(server, hash)))

        let master = hash.extract(
            salt: hash.deriveSecret(handshake, "derived", transcript: []), secret: zeros)
        let clientSecret = hash.deriveSecret(master, "c ap traffic", transcript: transcript)
        writingSecret = hash.deriveSecret(master, "s ap traffic", transcript: transcript)
        writing = RecordProtection(suite, trafficSecret: writingSecret)
        state = .handshake13(
            ServerHandshake13(
                suite: suite,
                expected: hash.authenticate(hash.hash(transcript), key: finishedKey(client, hash)),
                clientSecret: clientSecret))
    }

    /// Takes the client's Finished.
    mutating func finish13(_ handshake: ServerHandshake13, _ message: HandshakeReader.Message) throws {
        guard message.body == handshake.expected else { throw Failure.damaged }
        readingSecret = handshake.clientSecret
        reading = RecordProtection(handshake.suite, trafficSecret: readingSecret)
        state = .established
    }

    /// HelloRetryRequest (RFC 8446 section 4.1.4).
    private mutating func retry(_ hello: ClientHello, _ profile: ServerProfile, _ suite: CipherSuite) throws {
        guard let group = KeyExchange.Group.allCases.first(where: { hello.groups.contains($0.rawValue) })
        else { throw Failure.unsupported }
        // The first hello is replaced by its hash (RFC 8446 section 4.4.1).
        let hash = suite.hash.hash(transcript)
        transcript = [254, 0, 0, UInt8(hash.count)] + hash
        var keyShare: [UInt8] = []
        keyShare.append(number: group.rawValue, size: 2)
        say(.serverHello, serverHello(hello, suite, random: ServerHello.retryRandom, keyShare: keyShare))
        if !hello.sessionID.isEmpty { append(.changeCipherSpec, [1]) }
        state = .awaitsRetry(profile)
    }

    private func serverHello(
        _ hello: ClientHello, _ suite: CipherSuite, random: [UInt8], _ exchange: KeyExchange
    ) -> [UInt8] {
        var keyShare: [UInt8] = []
        keyShare.append(number: exchange.group.rawValue, size: 2)
        keyShare.append(vector: exchange.publicKey, size: 2)
        return serverHello(hello, suite, random: random, keyShare: keyShare)
    }

    private func serverHello(
        _ hello: ClientHello, _ suite: CipherSuite, random: [UInt8], keyShare: [UInt8]
    ) -> [UInt8] {
        var extensions: [UInt8] = []
        extensions.append(number: 43, size: 2)
        extensions.append(vector: [3, 4], size: 2)
        extensions.append(number: 51, size: 2)
        extensions.append(vector: keyShare, size: 2)
        var body: [UInt8] = [3, 3] + random
        body.append(vector: hello.sessionID, size: 1)
        body.append(number: suite.code, size: 2)
        body.append(0)
        body.append(vector: extensions, size: 2)
        return body
    }

    private func encryptedExtensions(_ applicationProtocol: [UInt8]?) -> [UInt8] {
        var extensions: [UInt8] = []
        if let applicationProtocol { extensions += Self.protocolExtension(applicationProtocol) }
        var body: [UInt8] = []
        body.append(vector: extensions, size: 2)
        return body
    }

    /// ALPN (RFC 7301 section 3.1).
    static func protocolExtension(_ name: [UInt8]) -> [UInt8] {
        var names: [UInt8] = []
        names.append(vector: name, size: 1)
        var list: [UInt8] = []
        list.append(vector: names, size: 2)
        var bytes: [UInt8] = []
        bytes.append(number: 16, size: 2)
        bytes.append(vector: list, size: 2)
        return bytes
    }

    private func certificate(_ credential: ServerCredential) -> [UInt8] {
        var list: [UInt8] = []
        for certificate in credential.chain {
            list.append(vector: certificate, size: 3)
            list.append(number: 0, size: 2)
        }
        var body: [UInt8] = [0]
        body.append(vector: list, size: 3)
        return body
    }

    /// RFC 8446 section 4.4.3.
    private func certificateVerify(
        _ hello: ClientHello, _ credential: ServerCredential, _ hash: HashFunction
    ) throws -> [UInt8] {
        let content =
            [UInt8](repeating: 0x20, count: 64) + "TLS 1.3, server CertificateVerify".utf8 + [0]
            + hash.hash(transcript)
        guard let (scheme, signature) = credential.sign(content, hello, isModern: true) else {
            throw Failure.unsupported
        }
        var body: [UInt8] = []
        body.append(number: scheme, size: 2)
        body.append(vector: signature, size: 2)
        return body
    }

    private func finishedKey(_ secret: [UInt8], _ hash: HashFunction) -> [UInt8] {
        hash.expandLabel(secret, "finished", length: hash.length)
    }
}
