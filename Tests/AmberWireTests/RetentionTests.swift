import AmberModel
import Testing

@testable import AmberWire

/// What the relay keeps of a service's conversations, and for how long.
@Suite struct RetentionTests {
    private static let second: Int64 = 1_000_000_000
    /// The service was ready after 10 s; it is now 500 s, and 120 s are kept.
    private static let ready = 10 * second
    private static let horizon = 380 * second

    private static func record(
        openedAt: Int64, closedAt: Int64 = 0, _ segments: [(Int64, Int)] = []
    ) -> TrafficRecord {
        var record = TrafficRecord(
            number: 1, processID: 1, threadID: 1, transport: .tcp, peer: [], openedAt: openedAt * second)
        record.closedAt = closedAt * second
        var offset: Int64 = 0
        for (index, (time, count)) in segments.enumerated() {
            record.segments.append(
                TrafficRecord.Segment(
                    time: time * second, direction: index % 2 == 0 ? .sent : .received, offset: offset,
                    count: count))
            offset += Int64(count)
        }
        return record
    }

    @Test func `the limits of a service keep two minutes`() {
        #expect(TrafficLimits.service.recent == 120 * Self.second)
        #expect(TrafficLimits().recent == nil)
    }

    @Test(arguments: [
        // Opened, closed, let go.
        (Int64(5), Int64(7), false), (20, 379, true), (20, 381, false), (20, 0, false),
    ])
    func `a conversation that ended long ago is let go, unless the service began with it`(
        _ openedAt: Int64, _ closedAt: Int64, _ isOver: Bool
    ) {
        let record = Self.record(openedAt: openedAt, closedAt: closedAt)
        #expect(record.isOver(before: Self.horizon, startedUntil: Self.ready) == isOver)
    }

    @Test func `of an open connection its beginning and the recent past are kept`() throws {
        // A request and an answer each 4 s, a hundred bytes each.
        var times: [(Int64, Int)] = []
        for turn in Int64(0)..<100 { times += [(20 + turn * 4, 100), (21 + turn * 4, 100)] }
        let record = Self.record(openedAt: 19, times)
        let kept = try #require(
            record.segmentsKept(since: Self.horizon, startedUntil: Self.ready, setupBytes: 450))
        // The gap lies behind an answer and before a request.
        #expect(kept.prefix(6).map(\.offset) == [0, 100, 200, 300, 400, 500])
        #expect(kept[6].direction == .sent)
        #expect(kept[6].time <= Self.horizon && kept[6].time > Self.horizon - 5 * Self.second)
        #expect(kept.last == record.segments.last)
        #expect(record.segmentsKept(since: 0, startedUntil: Self.ready, setupBytes: 450) == nil)
    }

    @Test func `what passed before the service was ready stays whole`() {
        let record = Self.record(openedAt: 1, (1..<40).map { (Int64($0) / 5, 100_000) })
        #expect(record.segmentsKept(since: Self.horizon, startedUntil: Self.ready, setupBytes: 1) == nil)
    }
}
