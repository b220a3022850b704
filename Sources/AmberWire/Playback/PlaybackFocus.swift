package import AmberModel

/// Has a window of the recording played back before everything else: what a service said while one request was open.
///
/// A connection out of a pool was set up long before. A script is made of its setup and of what passed in the window, so
/// that a fresh connection gets both; what else passed on it can still be looked up, request by request.
package struct PlaybackFocus: Sendable {
    private let window: ClosedRange<Int64>
    private let times: @Sendable (ConversationRecord) -> [Int64]

    /// Makes a focus.
    ///
    /// - Parameters:
    ///   - window: Nanoseconds, as in the segments' records.
    ///   - times: The times of a conversation's segments, in order.
    package init(
        _ window: ClosedRange<Int64>, times: @escaping @Sendable (ConversationRecord) -> [Int64]
    ) {
        self.window = window
        self.times = times
    }

    /// The scripts to follow in their order, and those in which requests are looked up beside them.
    func arrange(
        _ records: [ConversationRecord], _ load: (ConversationRecord) -> Script?
    ) -> (scripts: [Script], others: [Script]) {
        var first: [(time: Int64, script: Script)] = []
        var rest: [Script] = []
        var others: [Script] = []
        for record in records {
            guard let script = load(record) else { continue }
            let times = times(record)
            let inside = Set(times.indices.filter { window.contains(times[$0]) })
            // An answer at the beginning belongs to a request before the window: a peer does not speak first.
            let asked = script.turns.indices.first {
                inside.contains($0) && ($0 == 0 || script.turns[$0].direction == .sent)
            }
            guard let begin = asked, times.count == script.turns.count else {
                rest.append(script)
                continue
            }
            let setup = script.setupTurns
            if record.openedAt >= window.lowerBound || begin <= setup {
                first.append((times[begin], script))
                continue
            }
            // An answer may pass a moment after the window, and belongs to a request in it.
            let last = times.indices.drop { $0 <= (inside.max() ?? begin) }.prefix {
                script.turns[$0].direction == .received
            }.last
            let end = last ?? inside.max() ?? begin
            first.append(
                (
                    times[begin],
                    script.excerpt(number: script.number) { $0 < setup || (begin...end).contains($0) }
                ))
            others.append(script.excerpt(number: -script.number) { !(begin...end).contains($0) })
        }
        return (first.sorted { $0.time < $1.time }.map(\.script) + rest, others)
    }
}
