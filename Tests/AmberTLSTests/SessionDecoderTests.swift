import AmberModel
import AmberTLS
import Testing

/// Sessions of Python and OpenSSL, whole and damaged.
struct SessionDecoderTests {
    @Test(arguments: RecordedSession.names) func `a session is read with its secrets`(_ name: String) throws {
        let session = try RecordedSession(name).decode()
        #expect(session.failure == nil)
        #expect(session.isDecrypted)
        #expect(session.hello?.serverName == "api.example")
        #expect(session.versionName == (name.hasPrefix("tls13") ? "TLS 1.3" : "TLS 1.2"))
        #expect(!session.certificates.isEmpty)
        #expect(
            session.segments.filter { $0.direction == .sent }.map(\.sizeInBytes).reduce(0, +)
                == session.sent.count)
    }

    @Test func `the plain exchange has its order, its lengths and its ends`() throws {
        let session = try RecordedSession("tls13-aes256").decode()
        #expect(String(decoding: session.sent, as: UTF8.self).hasPrefix("GET /price HTTP/1.1\r\n"))
        #expect(String(decoding: session.received.prefix(60), as: UTF8.self).contains("\r\n\r\n12,50x"))
        #expect(session.received.suffix(20_000) == ArraySlice(repeating: UInt8(ascii: "x"), count: 20_000))
        #expect(session.applicationProtocol.map { String(decoding: $0, as: UTF8.self) } == "http/1.1")
        #expect(session.segments.map(\.direction) == [.sent, .received, .received, .sent])
        // The server said that it ends, the client did not.
        #expect(session.segments.compactMap(\.ending) == [.end, .cut])
    }

    @Test func `keys that change in the middle are followed`() throws {
        let session = try RecordedSession("tls13-chacha20-key-update").decode()
        #expect(String(decoding: session.sent, as: UTF8.self) == "first question\nsecond question\n")
        #expect(String(decoding: session.received, as: UTF8.self) == "first answer\nsecond answer\n")
        #expect(session.suiteName == "TLS_CHACHA20_POLY1305_SHA256")
    }

    @Test(arguments: RecordedSession.names)
    func `without secrets the plain text stays unknown, and what was said in the open is told`(
        _ name: String
    ) throws {
        let session = try RecordedSession(name).decode([])
        #expect(session.failure == .noSecrets)
        #expect(!session.isDecrypted)
        #expect(session.hello?.serverName == "api.example")
        #expect(session.suiteName != nil)
        #expect(session.sent.isEmpty && session.received.isEmpty)
    }

    @Test(arguments: RecordedSession.names) func `wrong secrets decrypt nothing`(_ name: String) throws {
        let recorded = try RecordedSession(name)
        var wrong = recorded.keyLog
        for index in wrong.indices where wrong[index] == UInt8(ascii: "a") {
            wrong[index] = UInt8(ascii: "b")
        }
        // The client's random number, by which secrets are found, stays.
        let lines = zip(
            recorded.keyLog.split(separator: UInt8(ascii: "\n")), wrong.split(separator: UInt8(ascii: "\n")))
        let mixed = lines.flatMap { right, wrong in
            right.split(separator: 0x20).prefix(2).joined(separator: [0x20]) + [0x20]
                + (wrong.split(separator: 0x20).last ?? []) + [0x0A]
        }
        let session = recorded.decode(Array(mixed))
        #expect(session.failure == .damaged)
        #expect(!session.isDecrypted)
    }

    @Test(arguments: RecordedSession.names)
    func `a flipped byte anywhere gives no other plain text`(_ name: String) throws {
        let recorded = try RecordedSession(name)
        let whole = recorded.decode()
        for (piece, content) in recorded.pieces.enumerated() {
            let count = content.bytes?.count ?? 0
            for place in stride(from: 0, to: count, by: max(count / 40, 1)) {
                var damaged = recorded
                damaged.pieces[piece].bytes?[place] ^= 0x41
                let session = damaged.decode()
                #expect(whole.sent.starts(with: session.sent), "byte \(place) of piece \(piece)")
                #expect(whole.received.starts(with: session.received), "byte \(place) of piece \(piece)")
            }
        }
    }

    @Test(arguments: RecordedSession.names)
    func `a session that is cut anywhere is read up to there`(_ name: String) throws {
        let recorded = try RecordedSession(name)
        let whole = recorded.decode()
        for count in 0..<recorded.pieces.count {
            var cut = recorded
            cut.pieces = Array(recorded.pieces.prefix(count))
            if let bytes = cut.pieces.last?.bytes { cut.pieces[count - 1].bytes = Array(bytes.dropLast(3)) }
            let session = cut.decode()
            #expect(session.failure == nil)
            #expect(whole.sent.starts(with: session.sent) && whole.received.starts(with: session.received))
        }
    }

    @Test func `what is no TLS at all is told as such`() {
        var decoder = SessionDecoder(keys: KeyLog([]))
        decoder.take(Array("GET / HTTP/1.1\r\n\r\n".utf8), .sent, at: 0)
        #expect(decoder.session.failure == .damaged)
        #expect(decoder.session.hello == nil)
    }
}
