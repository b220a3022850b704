import AmberModel
import Testing

@testable import AmberTLS

/// Secrets among other bytes.
struct SessionSecretSearchTests {
    /// The same numbers each time (Marsaglia, "Xorshift RNGs").
    private struct Xorshift: RandomNumberGenerator {
        var state: UInt64 = 88_172_645_463_325_252

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private func streams(_ session: RecordedSession) -> (sent: [UInt8], received: [UInt8]) {
        func all(_ direction: SegmentRecord.Direction) -> [UInt8] {
            session.pieces.filter { $0.direction == direction }.flatMap { $0.bytes ?? [] }
        }
        return (all(.sent), all(.received))
    }

    private func secrets(_ keyLog: [UInt8]) -> [[UInt8]] {
        String(decoding: keyLog, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            line in
            let digits = Array(line.split(separator: " ")[2].utf8)
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
            }
        }
    }

    /// Memory with secrets in it, in no order that matters, between pointers, zeros and other random bytes.
    private func memory(_ secrets: [[UInt8]]) -> [[UInt8]] {
        var generator = Xorshift()
        func noise(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        let pieces = secrets.reversed().map { secret in
            noise(128) + [UInt8](repeating: 0, count: 64) + secret + noise(64) + [0, 0, 0, 0, 7, 0, 0, 0]
        }
        return pieces + [noise(31), []] + secrets.prefix(1).map { Array($0.dropLast()) }
    }

    @Test(arguments: RecordedSession.names) func `a session's secrets are found in memory`(
        _ name: String
    ) throws {
        let session = try RecordedSession(name)
        let (sent, received) = streams(session)
        let search = try #require(SessionSecretSearch(sent: sent, received: received))
        var tries = 10_000
        let found = search.secrets(in: memory(secrets(session.keyLog)), tries: &tries)
        #expect(tries > 0)
        let expected = session.decode()
        let keys = KeyLog(found, clientRandom: try #require(expected.hello?.random))
        var decoder = SessionDecoder(keys: keys)
        for (time, piece) in session.pieces.enumerated() {
            if let bytes = piece.bytes { decoder.take(bytes, piece.direction, at: Int64(time)) }
        }
        #expect(decoder.session.isDecrypted)
        #expect(decoder.session.sent == expected.sent)
        #expect(decoder.session.received == expected.received)
    }

    @Test(arguments: RecordedSession.names) func `nothing is found where nothing is, within the tries`(
        _ name: String
    ) throws {
        let (sent, received) = streams(try RecordedSession(name))
        let search = try #require(SessionSecretSearch(sent: sent, received: received))
        var tries = 50
        #expect(search.secrets(in: memory([[UInt8](repeating: 9, count: 48)]), tries: &tries).isEmpty)
        #expect(tries >= 0)
    }

    @Test(arguments: RecordedSession.names) func `a handshake that is cut holds nothing`(
        _ name: String
    ) throws {
        let (sent, received) = streams(try RecordedSession(name))
        for length in stride(from: 0, to: 400, by: 7) {
            var tries = 20
            let search = SessionSecretSearch(
                sent: Array(sent.prefix(length)), received: Array(received.prefix(length)))
            #expect(search?.secrets(in: [[UInt8](repeating: 1, count: 64)], tries: &tries).isEmpty ?? true)
        }
    }
}
