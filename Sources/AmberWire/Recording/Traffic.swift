import AmberKernel
import AmberModel

/// The records of all conversations and the spool of their bytes; lives on the relay's thread.
struct Traffic: ~Copyable {
    /// By index, counted from 0 in the order in which they began.
    private var all: [Int: TrafficRecord] = [:]
    private var count = 0
    /// Conversations beyond the limit.
    private(set) var overflow = 0
    let spool: TrafficSpool
    /// What is being copied; one for all connections.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    private let limits: TrafficLimits
    private let handshakeSeen: Relay.HandshakeSeen?
    /// Until when everything is kept: CLOCK_MONOTONIC of the service being ready.
    var startedUntil = Int64.max
    private var prunedAt: Int64 = 0

    init(spool: TrafficSpool, limits: TrafficLimits, handshakeSeen: Relay.HandshakeSeen? = nil) {
        self.spool = spool
        self.limits = limits
        self.handshakeSeen = handshakeSeen
    }

    deinit { buffer.deallocate() }

    /// The conversations, in the order in which they began.
    var records: [TrafficRecord] { all.values.sorted { $0.number < $1.number } }

    /// Begins a conversation; nil beyond the limit.
    mutating func begin(_ request: RelayRequest, _ transport: ConversationRecord.Transport) -> Int? {
        guard all.count < limits.conversations else {
            overflow += 1
            return nil
        }
        count += 1
        all[count - 1] = TrafficRecord(
            number: count, processID: request.processID, threadID: request.threadID, transport: transport,
            peer: request.address, openedAt: request.time)
        return count - 1
    }

    mutating func change(_ index: Int, _ body: (inout TrafficRecord) -> Void) {
        guard let place = all.index(forKey: index) else { return }
        body(&all.values[place])
    }

    mutating func note(_ bytes: UnsafeRawBufferPointer, _ direction: SegmentRecord.Direction, _ index: Int) {
        let spool = spool
        change(index) { spool.append(bytes, direction, at: Clock.monotonic(), to: &$0) }
        if direction == .sent, let handshakeSeen { lookForKeys(bytes, index, handshakeSeen) }
    }

    private mutating func lookForKeys(
        _ bytes: UnsafeRawBufferPointer, _ index: Int, _ handshakeSeen: Relay.HandshakeSeen
    ) {
        guard let record = all[index], var tls = record.tls, !tls.hasKeys,
            record.receivedBytes > tls.receivedBytes, !TLSBeginning.isHello(bytes)
        else { return }
        tls.hasKeys = true
        change(index) { $0.tls = tls }
        handshakeSeen(record.processID, tls.clientRandom)
    }

    mutating func end(_ direction: SegmentRecord.Direction, _ ending: SegmentRecord.Ending, _ index: Int) {
        let spool = spool
        change(index) { spool.end(direction, ending, at: Clock.monotonic(), of: &$0) }
    }

    mutating func close(_ index: Int) { change(index) { $0.closedAt = Clock.monotonic() } }

    func transport(_ index: Int) -> ConversationRecord.Transport { all[index]?.transport ?? .tcp }

    func isUrgent(_ index: Int) -> Bool { transport(index) == .tcp }

    /// Lets go of what is too old, now and then; costs nothing where everything is kept.
    mutating func prune(at now: Int64) {
        guard let recent = limits.recent, now - prunedAt > 5_000_000_000 else { return }
        prunedAt = now
        let horizon = now - recent
        guard startedUntil < horizon else { return }
        for (index, record) in all {
            if record.isOver(before: horizon, startedUntil: startedUntil) {
                spool.forget(record.segments.count)
                all[index] = nil
            } else if let kept = record.segmentsKept(
                since: horizon, startedUntil: startedUntil, setupBytes: limits.setupBytes)
            {
                spool.forget(record.segments.count - kept.count)
                change(index) { record in
                    record.segments = kept
                    record.storedBytes = kept.reduce(0) { $0 + $1.count }
                    record.hasGap = true
                }
            }
        }
        guard spool.isHalfFull else { return }
        var records = all
        if spool.compact(&records) { all = records }
    }
}

extension TrafficRecord {
    /// It ended long ago, and was no part of the run's start.
    func isOver(before horizon: Int64, startedUntil: Int64) -> Bool {
        closedAt > 0 && closedAt < horizon && openedAt > startedUntil
    }

    /// The segments without what lies between the beginning and the recent past; nil where there is nothing such.
    ///
    /// The gap begins behind an answer and ends before a request, so that both sides of it can be understood.
    func segmentsKept(since horizon: Int64, startedUntil: Int64, setupBytes: Int) -> [Segment]? {
        var lower = 0
        var bytes = 0
        while lower < segments.count, segments[lower].time <= startedUntil || bytes < setupBytes {
            bytes += segments[lower].count
            lower += 1
        }
        while lower < segments.count, segments[lower].direction == .received { lower += 1 }
        var upper = segments.firstIndex { $0.time >= horizon } ?? segments.count
        while upper > lower, upper < segments.count, segments[upper].direction == .received { upper -= 1 }
        guard upper > lower, upper - lower > 16 || upper == segments.count else { return nil }
        return Array(segments[..<lower] + segments[upper...])
    }
}
