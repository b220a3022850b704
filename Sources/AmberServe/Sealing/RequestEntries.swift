import AmberBundle
import AmberModel
import Synchronization

/// The files below `.amber/requests`.
struct RequestEntries {
    /// Lines of `requests.jsonl`.
    private(set) var records: [RequestRecord] = []
    /// Files.
    private(set) var entries: [LayerEntry] = []

    /// Adds an exchange as it stands now.
    mutating func add(_ member: RelatedExchanges.Member, triggers: [Trigger]) {
        let exchange = member.exchange
        let state = exchange.state.withLock { $0 }
        let stem = "requests/" + Self.number(exchange.number)
        entries.append(LayerEntry.record(stem + ".request.http", state.request.bytes))
        var response: RequestRecord.Message?
        if state.response.total > 0 {
            entries.append(LayerEntry.record(stem + ".response.http", state.response.bytes))
            response = RequestRecord.Message(
                file: stem + ".response.http", sizeInBytes: state.response.total,
                storedBytes: UInt64(state.response.bytes.count))
        }
        records.append(
            RequestRecord(
                number: exchange.number, role: member.role,
                method: String(decoding: state.request.bytes[exchange.summary.method], as: UTF8.self),
                target: ByteString(Array(state.request.bytes[exchange.summary.target])),
                headers: RequestFields.read(state.request.bytes),
                request: RequestRecord.Message(
                    file: stem + ".request.http", sizeInBytes: state.request.total,
                    storedBytes: UInt64(state.request.bytes.count)),
                status: state.status,
                responseHeaders: RequestFields.read(
                    response: state.response.bytes, toHead: exchange.summary.isHead),
                response: response, ending: state.ending ?? .open, startedAt: exchange.startedAt,
                waited: state.answeredAt.map { $0 - exchange.beganAt },
                duration: state.endedAt.map { $0 - exchange.beganAt }, client: exchange.client,
                connection: exchange.connection, connectionRequest: exchange.connectionRequest,
                triggers: member.role == .failing ? triggers.map(\.reason) : []))
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
