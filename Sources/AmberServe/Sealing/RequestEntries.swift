import AmberBundle
import AmberModel
import Synchronization

/// The files below `.amber/requests`.
struct RequestEntries {
    /// Lines of `requests.jsonl`.
    private(set) var records: [RequestRecord] = []
    /// Files.
    private(set) var entries: [LayerEntry] = []
    /// Long messages, open until the bundle is sealed.
    private(set) var files: [SpillFile] = []

    /// Adds an exchange as it stands now.
    mutating func add(_ member: RelatedExchanges.Member, triggers: [Trigger]) {
        let exchange = member.exchange
        let state = exchange.state.withLock { $0 }
        let stem = "requests/" + Self.number(exchange.number)
        let requestSize = add(state.request, stem + ".request.http")
        var response: RequestRecord.Message?
        if state.response.total > 0 {
            response = RequestRecord.Message(
                file: stem + ".response.http", sizeInBytes: state.response.total,
                storedBytes: add(state.response, stem + ".response.http"))
        }
        records.append(
            RequestRecord(
                number: exchange.number, role: member.role,
                method: String(decoding: state.request.bytes[exchange.summary.method], as: UTF8.self),
                target: ByteString(Array(state.request.bytes[exchange.summary.target])),
                headers: RequestFields.read(state.request.bytes),
                request: RequestRecord.Message(
                    file: stem + ".request.http", sizeInBytes: state.request.total,
                    storedBytes: requestSize),
                status: state.status,
                responseHeaders: RequestFields.read(
                    response: state.response.bytes, toHead: exchange.summary.isHead),
                response: response, ending: state.ending ?? .open, startedAt: exchange.startedAt,
                waited: state.answeredAt.map { $0 - exchange.beganAt },
                duration: state.endedAt.map { $0 - exchange.beganAt }, client: exchange.client,
                connection: exchange.connection, connectionRequest: exchange.connectionRequest,
                triggers: member.role == .failing ? triggers.map(\.reason) : [], failure: state.failure))
    }

    /// Adds a message's file, and returns how many bytes it has.
    private mutating func add(_ tape: MessageTape, _ name: String) -> UInt64 {
        guard let file = tape.file else {
            entries.append(LayerEntry.record(name, tape.bytes))
            return UInt64(tape.bytes.count)
        }
        files.append(file)
        let size = UInt64(file.size)
        entries.append(LayerEntry.record(name, .descriptor(file.number), sizeInBytes: size))
        return size
    }

    /// All files, with the lines and the service's record.
    func all(service: ServiceRecord, output: [UInt8], error: [UInt8]) throws -> [LayerEntry] {
        [
            LayerEntry.record("requests/service.json", try RecordJSON.encode(service)),
            LayerEntry.record("requests/requests.jsonl", try RecordJSON.lines(records)),
            LayerEntry.record("requests/stdout", output), LayerEntry.record("requests/stderr", error),
        ] + entries
    }

    private static func number(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
