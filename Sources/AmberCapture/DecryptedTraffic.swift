import AmberBundle
import AmberKernel
import AmberModel
import AmberTLS
import AmberWire

/// A TLS conversation read with the secrets that its program logged.
struct DecryptedTraffic {
    /// What is told about it.
    let record: TLSRecord
    let session: DecodedSession

    /// Reads a conversation; without its secrets only what both said in the open is known.
    init(_ traffic: TrafficRecord, _ spool: Relay.SpoolHandle, keys: KeyLog?, beganAt: Int64) {
        var decoder = SessionDecoder(keys: keys ?? KeyLog([]))
        var beginning = traffic.tls
        for segment in traffic.segments {
            let time = segment.time - beganAt
            if let ending = segment.ending {
                decoder.end(segment.direction, ending, at: time)
            } else if decoder.session.failure == nil {
                guard let bytes = spool.bytes(of: segment), bytes.count == segment.count else { break }
                let tls = beginning?.removeOpen(from: bytes, segment.direction) ?? bytes[...]
                decoder.take(tls, segment.direction, at: time)
            }
        }
        session = decoder.session
        let isDecrypted = session.isDecrypted
        let isFirst = traffic.tls.map { $0.sentBytes == 0 && $0.receivedBytes == 0 } ?? true
        record = TLSRecord(
            openSentBytes: isFirst ? nil : traffic.tls?.sentBytes,
            openReceivedBytes: isFirst ? nil : traffic.tls?.receivedBytes, version: session.versionName,
            cipherSuite: session.suiteName,
            serverName: session.hello?.serverName,
            applicationProtocol: session.applicationProtocol.map { String(decoding: $0, as: UTF8.self) },
            protocolName: isDecrypted
                ? WireProtocol.guess(Array(session.sent.prefix(64)), isDatagram: false)?.rawValue : nil,
            isDecrypted: isDecrypted,
            sentBytes: isDecrypted ? UInt64(session.sent.count) : 0,
            receivedBytes: isDecrypted ? UInt64(session.received.count) : 0,
            sentAlert: session.sentAlert, isAbandoned: session.isAbandoned ? true : nil,
            receivedAlert: session.receivedAlert)
    }

    /// The peer's certificates as text.
    var certificates: [UInt8] { Array(session.certificates.map(PEM.encode).joined().utf8) }
}
