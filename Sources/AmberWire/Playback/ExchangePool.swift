import AmberModel

/// The recorded requests to one peer with their answers, each given once, in the order of the recording.
struct ExchangePool {
    /// A request and what the peer answered.
    struct Exchange {
        /// Number of its conversation, and its place there.
        var conversation: Int
        /// The request's stretch of what the program said.
        var request: ArraySlice<UInt8>
        var isFirst: Bool
        var response: [UInt8]
        /// How the peer ended the conversation right after this answer.
        var ending: SegmentRecord.Ending?
        var isUsed = false
    }

    /// An answer that was found.
    struct Answer: Hashable, Sendable {
        var bytes: [UInt8]
        /// What had to be left out of the comparison; nil where the requests are equal.
        var leavesOut: String?
        var conversation: Int
        var ending: SegmentRecord.Ending?
    }

    private(set) var exchanges: [Exchange] = []
    private let dialect: any Dialect

    init(_ scripts: [Script], dialect: any Dialect) {
        self.dialect = dialect
        for script in scripts { add(script) }
    }

    /// A datagram that the program sent, and the one that answered it.
    private mutating func addDatagrams(_ script: Script) {
        for (place, turn) in script.turns.enumerated() where turn.direction == .sent && turn.ending == nil {
            let request = script.sent[turn.range]
            let answer = script.turns[(place + 1)...].first {
                $0.direction == .received && $0.ending == nil
                    && dialect.answers(script.received[$0.range], request) ?? true
            }
            exchanges.append(
                Exchange(
                    conversation: script.number, request: request, isFirst: place == 0,
                    response: answer.map { Array(script.received[$0.range]) } ?? [], ending: nil))
        }
    }

    private mutating func add(_ script: Script) {
        if script.isDatagram { return addDatagrams(script) }
        var start = 0
        var requests: [(range: Range<Int>, isFirst: Bool)] = []
        while start < script.sent.count,
            let length = dialect.requestLength(script.sent[start...], isFirst: start == 0), length > 0
        {
            requests.append((start..<(start + length), start == 0))
            start += length
        }
        let places =
            requests.map { script.receivedCount(before: $0.range.upperBound) } + [script.received.count]
        for (index, request) in requests.enumerated() {
            // Requests that were sent before any answer came share a place: their answers are told apart by length.
            var first = places[index]
            var group = index
            while group > 0, places[group - 1] == first { group -= 1 }
            for earlier in group..<index {
                let bytes = script.received[min(first, script.received.count)...]
                first += dialect.responseLength(bytes, to: script.sent[requests[earlier].range]) ?? 0
            }
            var end = places[index + 1]
            if end == places[index] {
                end =
                    first
                    + (dialect.responseLength(script.received[first...], to: script.sent[request.range]) ?? 0)
            }
            let isLast = index == requests.count - 1
            let ending =
                isLast ? script.turns.last { $0.direction == .received && $0.ending != nil }?.ending : nil
            exchanges.append(
                Exchange(
                    conversation: script.number, request: script.sent[request.range],
                    isFirst: request.isFirst,
                    response: Array(script.received[first..<max(first, min(end, script.received.count))]),
                    ending: ending))
        }
    }

    /// Marks the requests of a conversation as answered that lie before a place of what the program said.
    mutating func markUsed(_ conversation: Int, before place: Int) {
        for index in exchanges.indices
        where exchanges[index].conversation == conversation && exchanges[index].request.endIndex <= place {
            exchanges[index].isUsed = true
        }
    }

    /// The next recorded answer to a request, by the strictest comparison that finds one.
    mutating func answer(_ request: ArraySlice<UInt8>, isFirst: Bool) -> Answer? {
        for (level, key) in dialect.keys(request, isFirst: isFirst).enumerated() {
            let match = exchanges.firstIndex { exchange in
                guard !exchange.isUsed else { return false }
                let keys = dialect.keys(exchange.request, isFirst: exchange.isFirst)
                return level < keys.count && keys[level] == key
            }
            guard let match else { continue }
            exchanges[match].isUsed = true
            let exchange = exchanges[match]
            return Answer(
                bytes: dialect.adapt(exchange.response, recorded: exchange.request, to: request),
                leavesOut: key.leavesOut, conversation: exchange.conversation,
                ending: exchange.ending)
        }
        return nil
    }

    /// The recorded request that is most like this one: the longest common beginning.
    func nearest(to request: ArraySlice<UInt8>) -> (summary: String, isUsed: Bool, difference: Int)? {
        let best = exchanges.max { commonPrefix($0.request, request) < commonPrefix($1.request, request) }
        return best.map { (dialect.summary($0.request), $0.isUsed, commonPrefix($0.request, request)) }
    }

    private func commonPrefix(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        zip(left, right).prefix { $0 == $1 }.count
    }
}
