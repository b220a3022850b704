import AmberModel
import AmberTLS
import AmberWire

/// What decrypts the run's TLS sessions: secrets that programs logged, and memory in which others may lie.
struct SessionKeys {
    let log: KeyLog
    let memory: SessionMemory
    /// Places that are tried for all sessions together: a few microseconds each.
    private var tries = 2_000_000
    private static let triesForOne = 400_000
    /// The handshake and the first records behind it.
    private static let mostRead = 64 << 10

    init(log: KeyLog, memory: SessionMemory) {
        self.log = log
        self.memory = memory
    }

    /// The secrets that a conversation's session needs, as far as they are known.
    mutating func keys(of record: TrafficRecord, _ spool: Relay.SpoolHandle) -> KeyLog {
        guard var tls = record.tls, tries > 0, !log.knows(tls.clientRandom) else { return log }
        let pieces = memory.pieces(tls.clientRandom)
        guard !pieces.isEmpty else { return log }
        var (sent, received): ([UInt8], [UInt8]) = ([], [])
        for segment in record.segments where segment.count > 0 {
            guard sent.count < Self.mostRead || received.count < Self.mostRead,
                let bytes = spool.bytes(of: segment)
            else { break }
            let part = tls.removeOpen(from: bytes, segment.direction)
            if segment.direction == .sent { sent += part } else { received += part }
        }
        guard let search = SessionSecretSearch(sent: sent, received: received) else { return log }
        var left = min(tries, Self.triesForOne)
        tries -= left
        let secrets = search.secrets(in: pieces, tries: &left)
        tries += left
        return secrets.isEmpty ? log : KeyLog(secrets, clientRandom: tls.clientRandom)
    }
}
