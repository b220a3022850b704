import AmberBundle
import AmberKernel
import AmberModel
import AmberSupervisor
import AmberTLS
import AmberWire

/// The files below `network/`: what was said, conversation by conversation.
struct NetworkFiles {
    /// The entries; their contents are stretches of a file that this value keeps open.
    let entries: [LayerEntry]
    /// What is known of TLS sessions, by the conversation's number.
    let sessions: [Int: TLSRecord]
    private let file: SharedDescriptor?

    /// Sorts the spool's bytes by conversation and direction; memory is one segment.
    init(_ traffic: Relay.Result?, _ sealing: Sealing) throws {
        guard let traffic, !traffic.records.isEmpty else {
            entries = []
            sessions = [:]
            file = nil
            return
        }
        let sorted = try Self.makeFile(sealing.spool)
        var writing = Writing(
            file: sorted.number, beganAt: sealing.observation.beganAt, keys: sealing.sessionSecrets)
        let processes = Self.ordinals(sealing)
        for record in traffic.records {
            try writing.add(record, traffic.spool, process: processes[record.processID] ?? "1")
        }
        entries =
            writing.entries + [
                LayerEntry.record("network/conversations.jsonl", try RecordJSON.lines(writing.lines))
            ]
        sessions = Dictionary(
            writing.lines.compactMap { line in line.tls.map { (line.number, $0) } }, uniquingKeysWith: { $1 })
        file = sorted
    }

    private static func makeFile(_ spool: String?) throws -> SharedDescriptor {
        guard let spool else { return SharedDescriptor(try Files.makeMemoryFile("amber-network")) }
        return SharedDescriptor(
            try Files.open(KernelPath(spool), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600))
    }

    /// The ordinals of processes; of several with one pid the last one has it.
    private static func ordinals(_ sealing: Sealing) -> [Int32: String] {
        Dictionary(
            sealing.observation.processes.entries.map { ($0.record.processID, $0.record.ordinal) },
            uniquingKeysWith: { $1 })
    }

    private struct Writing {
        let file: Int32
        let beganAt: Int64
        var keys: SessionKeys?
        var entries: [LayerEntry] = []
        var lines: [ConversationRecord] = []
        private var length: UInt64 = 0

        init(file: Int32, beganAt: Int64, keys: SessionKeys?) {
            self.file = file
            self.beganAt = beganAt
            self.keys = keys
        }

        mutating func add(_ record: TrafficRecord, _ spool: Relay.SpoolHandle, process: String) throws {
            var record = record
            for direction in [SegmentRecord.Direction.sent, .received] {
                let start = length
                for segment in record.segments where segment.direction == direction && segment.count > 0 {
                    guard let bytes = spool.bytes(of: segment), bytes.count == segment.count else {
                        record.isTruncated = true
                        break
                    }
                    try Files.writeAll(file, bytes)
                    length += UInt64(bytes.count)
                }
                guard length > start else { continue }
                entries.append(
                    .record(
                        "network/\(record.number).\(direction.rawValue)", .stretch(file, offset: start),
                        sizeInBytes: length - start))
            }
            if !record.segments.isEmpty {
                var segments = RecordLine()
                for segment in record.segments {
                    segments.append(
                        SegmentRecord(
                            direction: segment.direction, time: segment.time - beganAt,
                            sizeInBytes: segment.count, ending: segment.ending))
                }
                entries.append(.record("network/\(record.number).jsonl", segments.take()))
            }
            var line = line(record, process, record.wireProtocol)
            if let beginning = record.tls, record.absence == nil {
                let tls = try addPlain(record, spool)
                // In the middle of something else it may only look like TLS.
                line.tls = beginning.sentBytes == 0 || tls.version != nil ? tls : nil
            }
            lines.append(line)
        }

        /// Adds what was said inside a TLS session, where its secrets are known.
        private mutating func addPlain(
            _ record: TrafficRecord, _ spool: Relay.SpoolHandle
        ) throws -> TLSRecord {
            let plain = DecryptedTraffic(
                record, spool, keys: keys?.keys(of: record, spool), beganAt: beganAt)
            let name = "network/\(record.number)"
            if !plain.session.certificates.isEmpty {
                entries.append(.record(name + ".peer.pem", plain.certificates))
            }
            guard plain.record.isDecrypted else { return plain.record }
            for (stream, bytes) in [("sent", plain.session.sent), ("received", plain.session.received)]
            where !bytes.isEmpty {
                try Files.writeAll(file, bytes)
                entries.append(
                    .record(
                        "\(name).plain.\(stream)", .stretch(file, offset: length),
                        sizeInBytes: UInt64(bytes.count)))
                length += UInt64(bytes.count)
            }
            var segments = RecordLine()
            for segment in plain.session.segments { segments.append(segment) }
            entries.append(.record(name + ".plain.jsonl", segments.take()))
            return plain.record
        }

        private func line(
            _ record: TrafficRecord, _ process: String, _ wireProtocol: WireProtocol?
        ) -> ConversationRecord {
            ConversationRecord(
                number: record.number, process: process, transport: record.transport,
                peer: Self.text(record.peer), local: record.local.count > 2 ? Self.text(record.local) : nil,
                openedAt: record.openedAt - beganAt,
                connectTime: max(record.connectedAt - record.openedAt, 0),
                duration: record.closedAt > 0 ? record.closedAt - record.openedAt : nil,
                error: record.error != 0 ? Errno.name(of: record.error) : nil,
                sentBytes: record.sentBytes, receivedBytes: record.receivedBytes,
                isTruncated: record.isTruncated, protocolName: wireProtocol?.rawValue,
                absence: record.absence, isOneWay: record.isOneWay ? true : nil)
        }

        private static func text(_ address: [UInt8]) -> ByteString {
            SocketAddress(address)?.text ?? ByteString("?")
        }
    }
}
