import AmberModel
import Testing

@testable import AmberTLS

/// The server's end, fed with recorded hellos and with rubbish; real clients talk to it in the pipeline tests.
struct TLSServerTests {
    private func profile(_ version: String?, refusal: Int? = nil) throws -> ServerProfile {
        let authority = try BundleAuthority()
        return ServerProfile(
            versionName: version, suiteName: nil, applicationProtocol: "http/1.1",
            credential: try authority.credential(serverName: "api.example", address: nil, recorded: nil),
            refusal: refusal)
    }

    private func hello(_ name: String) throws -> [UInt8] {
        try #require(RecordedSession(name).pieces.first?.bytes)
    }

    @Test(arguments: RecordedSession.names) func `a hello is understood in pieces of any size`(
        _ name: String
    ) throws {
        for size in [1, 5, 100, 10_000] {
            var server = TLSServer()
            var events: [TLSServer.Event] = []
            let bytes = try hello(name)
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += server.receive(bytes[start..<min(start + size, bytes.count)])
            }
            guard case .hello(let hello) = events.first else { return #expect(Bool(false), "\(events)") }
            #expect(events.count == 1)
            #expect(hello.serverName == "api.example")
        }
    }

    @Test func `the recorded version is spoken where the client takes it`() throws {
        for (version, name) in [("TLS 1.3", "tls13-aes256"), ("TLS 1.2", "tls13-chacha20-key-update")] {
            var server = TLSServer()
            _ = server.receive(try hello(name))
            #expect(server.accept(try profile(version)).isEmpty)
            var reader = RecordReader()
            reader.append(server.takeOutput())
            let record = try #require(try reader.next())
            var messages = HandshakeReader()
            messages.append(record.content)
            let answer = try #require(try messages.next().flatMap { ServerHello($0.body) })
            #expect(answer.version == (version == "TLS 1.3" ? ProtocolVersion.tls13 : ProtocolVersion.tls12))
        }
    }

    @Test func `a refusal of the recorded peer comes in its alert`() throws {
        var server = TLSServer()
        _ = server.receive(try hello("tls13-aes256"))
        #expect(server.accept(try profile(nil, refusal: 112)) == [.refused(alert: 112)])
        #expect(server.takeOutput() == [21, 3, 3, 0, 2, 2, 112])
    }

    @Test func `rubbish ends the session with an alert, wherever it comes`() throws {
        for begin in [[], try hello("tls13-aes256")] {
            var server = TLSServer()
            _ = server.receive(begin)
            if !begin.isEmpty { _ = server.accept(try profile("TLS 1.3")) }
            _ = server.takeOutput()
            let events = server.receive([23, 3, 3, 0, 40] + [UInt8](repeating: 9, count: 40))
            #expect(!events.isEmpty)
            #expect(server.receive([1, 2, 3]).isEmpty)
        }
    }

    @Test func `damaged hellos never harm it`() throws {
        let bytes = try hello("tls13-aes256")
        let profile = try profile("TLS 1.3")
        for place in bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = bytes
                damaged[place] ^= change
                var server = TLSServer()
                if case .hello = server.receive(damaged).first { _ = server.accept(profile) }
                _ = server.receive(damaged)
                _ = server.takeOutput()
            }
        }
    }

    @Test func `a client that takes nothing of what is there is told so`() throws {
        var server = TLSServer()
        _ = server.receive(try hello("tls12-rsa-aes128"))
        // It wants a server with an RSA key; this one has none.
        #expect(!server.suits(try profile("TLS 1.2")))
        #expect(server.accept(try profile("TLS 1.2")) == [.failed(.unsupported)])
        #expect(server.takeOutput() == [21, 3, 3, 0, 2, 2, 40])
    }
}
