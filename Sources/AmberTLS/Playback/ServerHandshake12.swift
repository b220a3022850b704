/// A TLS 1.2 handshake between the server's first flight and its Finished (RFC 5246 section 7.3, RFC 8422).
struct ServerHandshake12 {
    let suite: CipherSuite
    let exchange: KeyExchange
    let clientRandom: [UInt8]
    let serverRandom: [UInt8]
    let hasExtendedMasterSecret: Bool
    /// Set when the client's key has come.
    var masterSecret: [UInt8] = []
    /// What the client encrypts with from its ChangeCipherSpec on.
    var clientProtection: RecordProtection?

    func protection(ofClient: Bool) -> RecordProtection? {
        RecordProtection(
            suite, masterSecret: masterSecret, random: (clientRandom, serverRandom), ofClient: ofClient)
    }
}

extension TLSServer {
    /// Answers a hello with everything up to ServerHelloDone.
    mutating func begin12(_ hello: ClientHello, _ profile: ServerProfile, _ suite: CipherSuite) throws {
        // A client that names no curves takes any (RFC 8422 section 4).
        let groups = KeyExchange.Group.allCases.filter { hello.groups.contains($0.rawValue) }
        guard let group = hello.groups.isEmpty ? .p256 : groups.first else { throw Failure.unsupported }
        let handshake = ServerHandshake12(
            suite: suite, exchange: KeyExchange(group), clientRandom: hello.random,
            serverRandom: Self.random(32), hasExtendedMasterSecret: hello.hasExtendedMasterSecret)
        say(.serverHello, serverHello12(hello, profile, handshake))

        var list: [UInt8] = []
        for certificate in profile.credential.chain { list.append(vector: certificate, size: 3) }
        var certificates: [UInt8] = []
        certificates.append(vector: list, size: 3)
        say(.certificate, certificates)

        var parameters: [UInt8] = [3]  // named_curve
        parameters.append(number: group.rawValue, size: 2)
        parameters.append(vector: handshake.exchange.publicKey, size: 1)
        let signed = handshake.clientRandom + handshake.serverRandom + parameters
        guard let (scheme, signature) = profile.credential.sign(signed, hello, isModern: false) else {
            throw Failure.unsupported
        }
        parameters.append(number: scheme, size: 2)
        parameters.append(vector: signature, size: 2)
        say(.serverKeyExchange, parameters)
        say(.serverHelloDone, [])
        state = .handshake12(handshake)
    }

    private func serverHello12(
        _ hello: ClientHello, _ profile: ServerProfile, _ handshake: ServerHandshake12
    ) -> [UInt8] {
        var extensions: [UInt8] = []
        func add(_ type: Int, _ content: [UInt8]) {
            extensions.append(number: type, size: 2)
            extensions.append(vector: content, size: 2)
        }
        if hello.hasRenegotiationInfo { add(0xFF01, [0]) }
        if hello.hasExtendedMasterSecret { add(23, []) }
        if hello.hasPointFormats { add(11, [1, 0]) }
        if let name = profile.applicationProtocol(for: hello) { extensions += Self.protocolExtension(name) }
        var body: [UInt8] = [3, 3] + handshake.serverRandom
        body.append(vector: [], size: 1)
        body.append(number: handshake.suite.code, size: 2)
        body.append(0)
        if !extensions.isEmpty { body.append(vector: extensions, size: 2) }
        return body
    }

    /// Takes the client's key or its Finished; true where the handshake is over.
    mutating func step12(_ handshake: ServerHandshake12, _ message: HandshakeReader.Message) throws -> Bool {
        switch message.type {
        case .clientKeyExchange where handshake.masterSecret.isEmpty:
            transcript += message.whole
            try takeClientKey(handshake, message.body)
            return false
        case .finished where reading != nil:
            let hash = handshake.suite.hash
            let expected = hash.expand(
                handshake.masterSecret, "client finished", seed: hash.hash(transcript), length: 12)
            guard message.body == expected else { throw Failure.damaged }
            transcript += message.whole
            append(.changeCipherSpec, [1])
            writing = handshake.protection(ofClient: false)
            say(
                .finished,
                hash.expand(
                    handshake.masterSecret, "server finished", seed: hash.hash(transcript), length: 12))
            state = .established
            return true
        default: throw Failure.unexpected
        }
    }

    private mutating func takeClientKey(_ handshake: ServerHandshake12, _ body: [UInt8]) throws {
        var reader = ByteReader(body[...])
        guard let key = reader.vector(1), let shared = handshake.exchange.secret(with: Array(key)) else {
            throw Failure.damaged
        }
        let hash = handshake.suite.hash
        var handshake = handshake
        handshake.masterSecret =
            handshake.hasExtendedMasterSecret  // RFC 7627 section 4
            ? hash.expand(shared, "extended master secret", seed: hash.hash(transcript), length: 48)
            : hash.expand(
                shared, "master secret", seed: handshake.clientRandom + handshake.serverRandom, length: 48)
        handshake.clientProtection = handshake.protection(ofClient: true)
        state = .handshake12(handshake)
    }
}
