import AmberModel

/// A recorded handshake as far as it can be read without secrets, and what can be told of it with one.
struct SessionTranscript {
    /// Up to where messages count in a derived secret (RFC 8446 section 7.1).
    enum Context {
        /// Both hellos.
        case hellos
        /// Both hellos and the server's messages behind them, these with its Finished.
        case flight([UInt8])
    }

    /// The handshake messages that are encrypted.
    struct Flights {
        /// The server's, whole, with its Finished.
        var serverMessages: [UInt8] = []
        /// Index of the first encrypted record of each direction that belongs to no handshake.
        var sent = 0
        var received = 0
    }

    let suite: CipherSuite
    let isModern: Bool
    private let hellos: [UInt8]
    private let random: (client: [UInt8], server: [UInt8])
    private let sent: [RecordReader.Record]
    private let received: [RecordReader.Record]

    /// Reads both streams from their first record on; nil where they hold no handshake that is understood.
    init?(sent: [UInt8], received: [UInt8]) {
        let (client, server) = (Self.split(sent), Self.split(received))
        guard let hello = client.messages.first, hello.type == .clientHello,
            let clientHello = ClientHello(hello.body),
            var answer = server.messages.first, answer.type == .serverHello,
            var serverHello = ServerHello(answer.body), let suite = CipherSuite(serverHello.suite)
        else { return nil }
        var hellos = hello.whole
        if serverHello.isRetry {
            guard client.messages.count > 1, server.messages.count > 1,
                let second = ServerHello(server.messages[1].body)
            else { return nil }
            // The first hello is in the transcript as its hash (RFC 8446 section 4.4.1).
            let digest = suite.hash.hash(hellos)
            hellos = [254, 0, 0, UInt8(digest.count)] + digest + answer.whole + client.messages[1].whole
            answer = server.messages[1]
            serverHello = second
        }
        isModern = serverHello.version == ProtocolVersion.tls13
        guard suite.isModern == isModern, isModern || serverHello.version == ProtocolVersion.tls12 else {
            return nil
        }
        self.suite = suite
        self.hellos = hellos + answer.whole
        random = (clientHello.random, serverHello.random)
        self.sent = client.encrypted
        self.received = server.encrypted
    }

    /// The messages in the open, and the records behind them.
    private static func split(
        _ bytes: [UInt8]
    ) -> (messages: [HandshakeReader.Message], encrypted: [RecordReader.Record]) {
        var reader = RecordReader()
        reader.append(bytes)
        var handshake = HandshakeReader()
        var messages: [HandshakeReader.Message] = []
        var encrypted: [RecordReader.Record] = []
        // TLS 1.3 marks encrypted records by their type, TLS 1.2 by the ChangeCipherSpec before them.
        var hasChanged = false
        while let record = try? reader.next() {
            switch record.type {
            case .changeCipherSpec: hasChanged = true
            case .handshake where !hasChanged || messages.isEmpty || Self.isHello(record):
                handshake.append(record.content)
                while let message = try? handshake.next() { messages.append(message) }
            default: encrypted.append(record)
            }
        }
        return (messages, encrypted)
    }

    /// A second ClientHello or a ServerHello, which may follow a ChangeCipherSpec without meaning.
    private static func isHello(_ record: RecordReader.Record) -> Bool {
        guard let type = record.content.first, record.content.count >= 38 else { return false }
        return (type == 1 || type == 2) && record.content[1] == 0 && record.content[4] == 3
    }

    private func records(_ direction: SegmentRecord.Direction) -> [RecordReader.Record] {
        direction == .sent ? sent : received
    }

    /// Tells whether a traffic secret opens a record as the first one that it protects.
    func opens(_ direction: SegmentRecord.Direction, _ index: Int, _ secret: [UInt8]) -> Bool {
        let records = records(direction)
        guard index < records.count else { return false }
        var protection = RecordProtection(suite, trafficSecret: secret)
        return protection.open(records[index]) != nil
    }

    /// Tells whether a master secret of TLS 1.2 opens the client's Finished.
    func opensFinished(master: [UInt8]) -> Bool {
        guard let record = sent.first,
            var protection = RecordProtection(suite, masterSecret: master, random: random, ofClient: true)
        else { return false }
        return protection.open(record) != nil
    }

    func derive(_ secret: [UInt8], _ label: String, _ context: Context) -> [UInt8] {
        switch context {
        case .hellos: suite.hash.deriveSecret(secret, label, transcript: hellos)
        case .flight(let messages): suite.hash.deriveSecret(secret, label, transcript: hellos + messages)
        }
    }

    /// Reads the encrypted part of the handshake; nil where it does not end in both directions.
    func flights(client: [UInt8], server: [UInt8]) -> Flights? {
        guard let (received, messages) = flight(.received, server), let (sent, _) = flight(.sent, client)
        else {
            return nil
        }
        return Flights(serverMessages: messages, sent: sent, received: received)
    }

    private func flight(
        _ direction: SegmentRecord.Direction, _ secret: [UInt8]
    ) -> (next: Int, messages: [UInt8])? {
        var protection = RecordProtection(suite, trafficSecret: secret)
        var handshake = HandshakeReader()
        var messages: [UInt8] = []
        for (index, record) in records(direction).enumerated() {
            guard let (type, content) = protection.open(record), type == .handshake else { return nil }
            handshake.append(content)
            while let message = try? handshake.next() {
                messages += message.whole
                if message.type == .finished { return (index + 1, messages) }
            }
        }
        return nil
    }
}
