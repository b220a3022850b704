/// The server's end of one TLS session (1.3: RFC 8446, 1.2: RFC 5246); pure: bytes in, events and bytes out.
///
/// It stands for a recorded peer in a sandbox, where the content is no secret: it never resumes sessions, asks for no
/// certificate of the client, and takes elliptic curves with authenticated encryption only.
package struct TLSServer {
    /// What the client did.
    package enum Event: Hashable, Sendable {
        /// It said what it wants; `accept` is expected now.
        case hello(ClientHello)
        /// The handshake is over.
        case established
        case received([UInt8])
        /// It said that nothing more comes.
        case ended
        /// It does not go on, or the server does not, for this reason.
        case refused(alert: Int)
        /// It said something that cannot be answered.
        case failed(Failure)
    }

    /// Why a session cannot go on.
    package enum Failure: String, Error {
        case damaged = "it is not TLS as it should be"
        case unsupported = "the client takes no version, cipher suite, curve or signature that is played back"
        case unexpected = "a message came out of turn"
    }

    enum State {
        case awaitsHello
        case awaitsAccept(ClientHello)
        /// TLS 1.3: a second hello, with a key for another curve.
        case awaitsRetry(ServerProfile)
        case handshake13(ServerHandshake13)
        case handshake12(ServerHandshake12)
        case established
        case over
    }

    var state = State.awaitsHello
    var transcript: [UInt8] = []
    var reading: RecordProtection?
    var writing: RecordProtection?
    /// TLS 1.3: what the client's keys come from.
    var readingSecret: [UInt8] = []
    var suite: CipherSuite?
    /// The alert with which it refuses the client in the end.
    var refusal: Int?
    private var records = RecordReader()
    private var handshake = HandshakeReader()
    private var output: [UInt8] = []
    private static let mostContent = 1 << 14

    package init() {}

    /// What is to be sent.
    package mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Takes what the client sent.
    package mutating func receive(_ bytes: some Collection<UInt8>) -> [Event] {
        if case .over = state { return [] }
        records.append(bytes)
        var events: [Event] = []
        do {
            while let record = try nextRecord() {
                events += try handle(record)
                if case .over = state { break }
            }
        } catch let failure as Failure {
            events.append(fail(failure))
        } catch { events.append(fail(.damaged)) }
        return events
    }

    /// Nothing is read while the hello waits for an answer.
    private mutating func nextRecord() throws -> RecordReader.Record? {
        if case .awaitsAccept = state { return nil }
        return try records.next()
    }

    private mutating func fail(_ failure: Failure) -> Event {
        // handshake_failure, or decode_error (RFC 8446 section 6.2).
        send(alert: failure == .unsupported ? 40 : 50, isFatal: true)
        state = .over
        return .failed(failure)
    }

    private mutating func handle(_ record: RecordReader.Record) throws -> [Event] {
        if record.type == .changeCipherSpec { return changeCipher() }
        var (type, content) = (record.type, record.content)
        if var protection = reading {
            if let opened = protection.open(record) {
                reading = protection
                (type, content) = opened
            } else if record.type != .alert || record.content.count != 2 {
                throw Failure.damaged
            }
        }
        switch type {
        case .handshake:
            handshake.append(content)
            return try handleMessages()
        case .alert: return takeAlert(content)
        case .applicationData:
            guard case .established = state else { throw Failure.unexpected }
            return content.isEmpty ? [] : [.received(content)]
        case .changeCipherSpec: return []
        }
    }

    private mutating func takeAlert(_ content: [UInt8]) -> [Event] {
        guard content.count >= 2 else { return [] }
        if content[1] == 0 { return [.ended] }
        // A warning that does not end anything: user_canceled, no_renegotiation.
        if content[1] == 90 || content[1] == 100 { return [] }
        state = .over
        return [.refused(alert: Int(content[1]))]
    }

    private mutating func changeCipher() -> [Event] {
        if case .handshake12(let handshake) = state { reading = handshake.clientProtection }
        return []
    }

    private mutating func handleMessages() throws -> [Event] {
        var events: [Event] = []
        while let message = try handshake.next() {
            switch state {
            case .awaitsHello:
                guard message.type == .clientHello, let hello = ClientHello(message.body) else {
                    throw Failure.damaged
                }
                transcript = message.whole
                state = .awaitsAccept(hello)
                return [.hello(hello)]
            case .awaitsRetry(let profile):
                guard message.type == .clientHello, let hello = ClientHello(message.body) else {
                    throw Failure.unexpected
                }
                transcript += message.whole
                try begin13(hello, profile, mayRetry: false)
            case .handshake13(let handshake):
                guard message.type == .finished else { throw Failure.unexpected }
                try finish13(handshake, message)
                if let refusal { return events + [refuse(alert: refusal)] }
                events.append(.established)
            case .handshake12(let handshake):
                if message.type == .finished, let refusal { return events + [refuse(alert: refusal)] }
                if try step12(handshake, message) { events.append(.established) }
            case .established: try afterwards(message)
            case .awaitsAccept, .over: throw Failure.unexpected
            }
        }
        return events
    }

    /// True where the client takes what a profile has to offer.
    package func suits(_ profile: ServerProfile) -> Bool {
        guard case .awaitsAccept(let hello) = state else { return false }
        return profile.choose(for: hello) != nil
    }

    /// Goes on as a recorded session went; what the client sent meanwhile is read then.
    package mutating func accept(_ profile: ServerProfile) -> [Event] {
        guard case .awaitsAccept(let hello) = state else { return [] }
        // Who refused before it chose a version looked at nothing but the hello.
        if let alert = profile.refusal, profile.version == nil { return [refuse(alert: alert)] }
        refusal = profile.refusal
        guard let (version, suite) = profile.choose(for: hello) else { return [fail(.unsupported)] }
        self.suite = suite
        do {
            if version == ProtocolVersion.tls13 {
                try begin13(hello, profile, mayRetry: true)
            } else {
                try begin12(hello, profile, suite)
            }
        } catch let failure as Failure {
            return [fail(failure)]
        } catch { return [fail(.damaged)] }
        return receive([])
    }

    /// Says something to the client.
    package mutating func send(_ bytes: [UInt8]) {
        guard case .established = state else { return }
        for start in stride(from: 0, to: bytes.count, by: Self.mostContent) {
            append(.applicationData, Array(bytes[start..<min(start + Self.mostContent, bytes.count)]))
        }
    }

    /// Says that nothing more comes.
    package mutating func end() { send(alert: 0, isFatal: false) }

    /// Says why it does not go on.
    @discardableResult
    package mutating func refuse(alert: Int) -> Event {
        send(alert: alert, isFatal: true)
        state = .over
        return .refused(alert: alert)
    }

    private mutating func send(alert: Int, isFatal: Bool) {
        append(.alert, [isFatal ? 2 : 1, UInt8(truncatingIfNeeded: alert)])
    }

    /// Appends a record to the output, encrypted where there are keys.
    mutating func append(_ type: ContentType, _ content: [UInt8]) {
        if writing != nil, type != .changeCipherSpec {
            output += writing?.seal(type, content) ?? []
        } else {
            output += [type.rawValue, 3, 3]
            output.append(vector: content, size: 2)
        }
    }

    /// Appends a handshake message to the output and to the transcript.
    mutating func say(_ type: HandshakeReader.Kind, _ body: [UInt8]) {
        let message = HandshakeReader.encode(type, body)
        transcript += message
        for start in stride(from: 0, to: message.count, by: Self.mostContent) {
            append(.handshake, Array(message[start..<min(start + Self.mostContent, message.count)]))
        }
    }

    /// TLS 1.3: the client takes new keys, and may ask for ours to change (RFC 8446 section 4.6.3).
    private mutating func afterwards(_ message: HandshakeReader.Message) throws {
        guard message.type == .keyUpdate, let suite, suite.isModern else { throw Failure.unexpected }
        readingSecret = suite.hash.expandLabel(readingSecret, "traffic upd", length: suite.hash.length)
        reading = RecordProtection(suite, trafficSecret: readingSecret)
        guard message.body.first == 1 else { return }
        append(.handshake, HandshakeReader.encode(.keyUpdate, [0]))
        writingSecret = suite.hash.expandLabel(writingSecret, "traffic upd", length: suite.hash.length)
        writing = RecordProtection(suite, trafficSecret: writingSecret)
    }

    /// TLS 1.3: what the server's keys come from.
    var writingSecret: [UInt8] = []

    static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
}
