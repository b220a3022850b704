import AmberModel
import AmberWire

/// Says which conversations with peers belong to which requests of a service: by ids that were passed on, else by time.
struct RequestAttribution {
    let requests: [SealingSubject.RequestSpan]

    /// Most bytes of a conversation in which ids are looked for.
    private static let mostBytes = 256 << 10

    /// A line for each conversation in which something passed while one of the requests was open.
    func records(_ traffic: Relay.Result) -> [OutboundRecord] {
        traffic.records.compactMap { record(for: $0, traffic.spool) }
    }

    private func record(for conversation: TrafficRecord, _ spool: Relay.SpoolHandle) -> OutboundRecord? {
        var open: Set<Int> = []
        for request in requests where touches(conversation, request) { open.insert(request.number) }
        guard !open.isEmpty else { return nil }
        let named = requests.filter { open.contains($0.number) && names($0, conversation, spool) }
        if !named.isEmpty {
            return OutboundRecord(
                conversation: conversation.number, requests: named.map(\.number).sorted(),
                attribution: .certain,
                reason: "the request's id was passed on")
        }
        if open.count == 1 {
            return OutboundRecord(
                conversation: conversation.number, requests: open.sorted(), attribution: .likely,
                reason: "no other request was open; thread \(conversation.threadID) had connected")
        }
        return OutboundRecord(
            conversation: conversation.number, requests: open.sorted(), attribution: .shared,
            reason: "\(open.count) requests were open")
    }

    private func touches(_ conversation: TrafficRecord, _ request: SealingSubject.RequestSpan) -> Bool {
        if request.time.contains(conversation.openedAt) { return true }
        return conversation.segments.contains { request.time.contains($0.time) }
    }

    private func names(
        _ request: SealingSubject.RequestSpan, _ conversation: TrafficRecord, _ spool: Relay.SpoolHandle
    ) -> Bool {
        guard !request.identifiers.isEmpty else { return false }
        var left = Self.mostBytes
        for segment in conversation.segments
        where segment.direction == .sent && request.time.contains(segment.time) {
            guard left > 0, let bytes = spool.bytes(of: segment) else { return false }
            left -= bytes.count
            if request.identifiers.contains(where: { bytes.firstRange(of: $0.utf8) != nil }) { return true }
        }
        return false
    }
}
