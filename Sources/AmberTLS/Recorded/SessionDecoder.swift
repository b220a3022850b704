package import AmberModel

/// Reads a recorded TLS session with its secrets: encrypted bytes in, the plain exchange out; pure.
///
/// It takes any bytes. Where they are not what TLS allows, the session is left as unreadable, with what was learnt.
package struct SessionDecoder {
    /// One direction.
    struct Way {
        var records = RecordReader()
        var handshake = HandshakeReader()
        var protection: RecordProtection?
        /// TLS 1.3: what the keys come from, for KeyUpdate.
        var secret: [UInt8] = []
        var hasFinished = false
    }

    /// What is known so far.
    package private(set) var session = DecodedSession()
    private let keys: KeyLog
    private var sent = Way()
    private var received = Way()
    private var serverRandom: [UInt8] = []

    /// Begins a session.
    package init(keys: KeyLog) { self.keys = keys }

    /// Takes bytes of one direction, in the order in which both passed.
    package mutating func take(
        _ bytes: some Collection<UInt8>, _ direction: SegmentRecord.Direction, at time: Int64
    ) {
        guard session.failure == nil else { return }
        change(direction) { $0.records.append(bytes) }
        do {
            while session.failure == nil, let record = try nextRecord(direction) {
                handle(record, direction, time)
            }
        } catch { session.failure = .damaged }
    }

    /// Takes the end of one direction.
    package mutating func end(
        _ direction: SegmentRecord.Direction, _ ending: SegmentRecord.Ending, at time: Int64
    ) {
        if direction == .sent, !sent.hasFinished, !session.certificates.isEmpty, session.sentAlert == nil {
            session.isAbandoned = true
        }
        session.end(direction, ending == .end ? .cut : ending, at: time)
    }

    private mutating func change<Result, Problem>(
        _ direction: SegmentRecord.Direction, _ body: (inout Way) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        direction == .sent ? try body(&sent) : try body(&received)
    }

    private mutating func nextRecord(
        _ direction: SegmentRecord.Direction
    ) throws(RecordReader.Malformed) -> RecordReader.Record? {
        direction == .sent ? try sent.records.next() : try received.records.next()
    }

    private mutating func handle(
        _ record: RecordReader.Record, _ direction: SegmentRecord.Direction, _ time: Int64
    ) {
        if record.type == .changeCipherSpec { return changeCipher(direction) }
        guard let (type, content) = open(record, direction) else {
            if session.failure == nil { session.failure = .damaged }
            return
        }
        switch type {
        case .applicationData: session.append(content, direction, at: time)
        case .alert: takeAlert(content, direction, time)
        case .handshake: takeHandshake(content, direction)
        case .changeCipherSpec: break
        }
    }

    /// A record's content; it is plain until there are keys.
    private mutating func open(
        _ record: RecordReader.Record, _ direction: SegmentRecord.Direction
    ) -> (ContentType, [UInt8])? {
        let protection = direction == .sent ? sent.protection : received.protection
        guard var protection else {
            if record.type == .applicationData {
                session.failure = .noSecrets
                return nil
            }
            return (record.type, record.content)
        }
        if let opened = protection.open(record) {
            change(direction) { $0.protection = protection }
            return opened
        }
        // A client that has no keys yet says in plain text what it does not like (RFC 8446 section 6).
        return record.type == .alert && record.content.count == 2 ? (.alert, record.content) : nil
    }

    private mutating func takeAlert(
        _ content: [UInt8], _ direction: SegmentRecord.Direction, _ time: Int64
    ) {
        guard content.count >= 2 else { return }
        let code = Int(content[1])
        if code == 0 { return session.end(direction, .end, at: time) }
        if direction == .sent { session.sentAlert = code } else { session.receivedAlert = code }
    }

    private mutating func takeHandshake(_ content: [UInt8], _ direction: SegmentRecord.Direction) {
        change(direction) { $0.handshake.append(content) }
        do {
            while session.failure == nil {
                let next =
                    direction == .sent ? try sent.handshake.next() : try received.handshake.next()
                guard let message = next else { return }
                take(message, direction)
            }
        } catch { session.failure = .damaged }
    }

    private mutating func take(
        _ message: HandshakeReader.Message, _ direction: SegmentRecord.Direction
    ) {
        switch (message.type, direction) {
        case (.clientHello, .sent):
            // A session that is negotiated anew has keys that are not followed.
            if session.isEstablished { session.failure = .unsupported }
            session.hello = ClientHello(message.body)
            if session.hello == nil { session.failure = .damaged }
        case (.serverHello, .received): takeServerHello(message.body)
        case (.encryptedExtensions, .received):
            session.applicationProtocol = ServerHello.protocolName(inExtensions: message.body)
        case (.certificate, .received): session.certificates = certificates(message.body)
        case (.finished, _): finish(direction)
        case (.keyUpdate, _) where session.version == ProtocolVersion.tls13: updateKeys(direction)
        default: break
        }
    }

    private mutating func takeServerHello(_ body: [UInt8]) {
        guard let hello = ServerHello(body), session.hello != nil else {
            session.failure = .damaged
            return
        }
        session.version = hello.version
        session.suite = hello.suite
        if hello.isRetry { return }
        serverRandom = hello.random
        session.applicationProtocol = hello.applicationProtocol
        guard [ProtocolVersion.tls12, ProtocolVersion.tls13].contains(hello.version),
            let suite = CipherSuite(hello.suite),
            suite.isModern == (hello.version == ProtocolVersion.tls13)
        else {
            session.failure = .unsupported
            return
        }
        guard suite.isModern else { return }
        // A client that refuses the server's certificate never had keys of its own.
        useSecret(.clientHandshake, .sent)
        useSecret(.serverHandshake, .received)
    }

    /// TLS 1.3: both directions get other keys when a side has finished.
    private mutating func finish(_ direction: SegmentRecord.Direction) {
        change(direction) { $0.hasFinished = true }
        session.isEstablished = sent.hasFinished && received.hasFinished
        guard session.version == ProtocolVersion.tls13 else { return }
        useSecret(direction == .sent ? .client : .server, direction)
    }

    private mutating func useSecret(_ label: KeyLog.Label, _ direction: SegmentRecord.Direction) {
        guard let random = session.hello?.random, let suite = session.suite.flatMap({ CipherSuite($0) }),
            let secret = keys.secret(label, random), secret.count == suite.hash.length
        else {
            // What comes encrypted cannot be read.
            change(direction) { $0.protection = nil }
            return
        }
        change(direction) { way in
            way.secret = secret
            way.protection = RecordProtection(suite, trafficSecret: secret)
        }
    }

    /// RFC 8446 section 7.2.
    private mutating func updateKeys(_ direction: SegmentRecord.Direction) {
        guard let suite = session.suite.flatMap({ CipherSuite($0) }) else { return }
        change(direction) { way in
            way.secret = suite.hash.expandLabel(way.secret, "traffic upd", length: suite.hash.length)
            way.protection = RecordProtection(suite, trafficSecret: way.secret)
        }
    }

    /// TLS 1.2: what follows is encrypted. TLS 1.3 sends it for the sake of boxes on the way, without meaning.
    private mutating func changeCipher(_ direction: SegmentRecord.Direction) {
        guard session.version == ProtocolVersion.tls12 else { return }
        guard let random = session.hello?.random, let suite = session.suite.flatMap({ CipherSuite($0) }),
            let master = keys.secret(.master, random), master.count == 48
        else {
            session.failure = .noSecrets
            return
        }
        let protection = RecordProtection(
            suite, masterSecret: master, random: (random, serverRandom), ofClient: direction == .sent)
        change(direction) { $0.protection = protection }
    }

    /// RFC 8446 section 4.4.2, RFC 5246 section 7.4.2.
    private func certificates(_ body: [UInt8]) -> [[UInt8]] {
        var reader = ByteReader(body[...])
        let isModern = session.version == ProtocolVersion.tls13
        if isModern, reader.vector(1) == nil { return [] }
        var list = ByteReader(reader.vector(3) ?? [])
        var chain: [[UInt8]] = []
        while chain.count < 16, let certificate = list.vector(3) {
            chain.append(Array(certificate))
            if isModern, list.vector(2) == nil { break }
        }
        return chain
    }
}
