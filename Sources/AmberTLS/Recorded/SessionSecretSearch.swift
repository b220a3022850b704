import AmberModel

/// Finds the secrets of a recorded session among bytes that may hold them: copies of its program's memory; pure.
///
/// What decrypts the session is its secret: nothing has to be known of how a library lays its memory out, but that a
/// secret lies there in one piece. TLS libraries keep either the traffic secrets or those that they are derived from
/// (RFC 8446 section 7.1), or the master secret (RFC 5246 section 8.1).
package struct SessionSecretSearch {
    /// What was found.
    package struct Secrets: Sendable {
        var byLabel: [KeyLog.Label: [UInt8]] = [:]
        /// True where nothing was.
        package var isEmpty: Bool { byLabel.isEmpty }
    }

    private let transcript: SessionTranscript

    /// Takes what both sides said, each from its first record on; the first 64 KiB are enough.
    ///
    /// - Returns: Nil where they do not hold a handshake that is understood.
    package init?(sent: [UInt8], received: [UInt8]) {
        guard let transcript = SessionTranscript(sent: sent, received: received) else { return nil }
        self.transcript = transcript
    }

    /// Tries the places of some memory, at every fourth byte, until all that is needed is found.
    ///
    /// - Parameters:
    ///   - memory: Pieces; those that are more likely come first.
    ///   - tries: How many places may be tried; what is left over remains.
    /// - Returns: All secrets that the session needs, or none.
    package func secrets(in memory: [[UInt8]], tries: inout Int) -> Secrets {
        if transcript.isModern { return modern(memory, &tries) }
        let master = first(in: memory, length: 48, &tries) { transcript.opensFinished(master: $0) ? $0 : nil }
        return Secrets(byLabel: master.map { [.master: $0] } ?? [:])
    }

    private func modern(_ memory: [[UInt8]], _ tries: inout Int) -> Secrets {
        let hash = transcript.suite.hash
        var found: [KeyLog.Label: [UInt8]] = [:]
        let server = first(in: memory, length: hash.length, &tries) { candidate -> [KeyLog.Label: [UInt8]]? in
            if transcript.opens(.received, 0, candidate) { return [.serverHandshake: candidate] }
            let derived = transcript.derive(candidate, "s hs traffic", .hellos)
            guard transcript.opens(.received, 0, derived) else { return nil }
            return [
                .serverHandshake: derived,
                .clientHandshake: transcript.derive(candidate, "c hs traffic", .hellos),
            ]
        }
        found.merge(server ?? [:]) { $1 }
        guard let serverSecret = found[.serverHandshake] else { return Secrets() }
        let client =
            found[.clientHandshake]
            ?? first(in: memory, length: hash.length, &tries) { transcript.opens(.sent, 0, $0) ? $0 : nil }
        guard let client, let flights = transcript.flights(client: client, server: serverSecret) else {
            return Secrets()
        }
        found[.clientHandshake] = client
        found.merge(traffic(memory, flights, &tries)) { $1 }
        return Secrets(byLabel: found)
    }

    /// The secrets of what follows the handshake, as far as anything follows it.
    private func traffic(
        _ memory: [[UInt8]], _ flights: SessionTranscript.Flights, _ tries: inout Int
    ) -> [KeyLog.Label: [UInt8]] {
        let length = transcript.suite.hash.length
        let derived = first(in: memory, length: length, &tries) { candidate -> [KeyLog.Label: [UInt8]]? in
            let server = transcript.derive(candidate, "s ap traffic", .flight(flights.serverMessages))
            let client = transcript.derive(candidate, "c ap traffic", .flight(flights.serverMessages))
            guard
                transcript.opens(.received, flights.received, server)
                    || transcript.opens(.sent, flights.sent, client)
            else { return nil }
            return [.server: server, .client: client]
        }
        if let derived { return derived }
        var found: [KeyLog.Label: [UInt8]] = [:]
        found[.client] = first(in: memory, length: length, &tries) {
            transcript.opens(.sent, flights.sent, $0) ? $0 : nil
        }
        found[.server] = first(in: memory, length: length, &tries) {
            transcript.opens(.received, flights.received, $0) ? $0 : nil
        }
        return found
    }

    private func first<Result>(
        in memory: [[UInt8]], length: Int, _ tries: inout Int, _ body: ([UInt8]) -> Result?
    ) -> Result? {
        for piece in memory {
            var start = 0
            while start + length <= piece.count {
                defer { start += 4 }
                let candidate = piece[start..<(start + length)]
                guard Self.looksRandom(candidate) else { continue }
                if tries <= 0 { return nil }
                tries -= 1
                if let result = body(Array(candidate)) { return result }
            }
        }
        return nil
    }

    /// Four zeros among 48 random bytes come once in 22,000; numbers and pointers have more of them.
    private static func looksRandom(_ bytes: ArraySlice<UInt8>) -> Bool {
        var zeros = 0
        for byte in bytes where byte == 0 { zeros += 1 }
        return zeros < 4
    }
}
