import AmberKernel
import AmberModel

/// The records of all conversations and the spool of their bytes; lives on the relay's thread.
struct Traffic: ~Copyable {
    /// By number, counted from 0.
    private(set) var records: [TrafficRecord] = []
    /// Conversations beyond the limit.
    private(set) var overflow = 0
    let spool: TrafficSpool
    /// What is being copied; one for all connections.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    private let limits: TrafficLimits

    init(spool: TrafficSpool, limits: TrafficLimits) {
        self.spool = spool
        self.limits = limits
    }

    deinit { buffer.deallocate() }

    /// Begins a conversation; nil beyond the limit.
    mutating func begin(_ request: RelayRequest, _ transport: ConversationRecord.Transport) -> Int? {
        guard records.count < limits.conversations else {
            overflow += 1
            return nil
        }
        records.append(
            TrafficRecord(
                number: records.count + 1, processID: request.processID, threadID: request.threadID,
                transport: transport, peer: request.address, openedAt: request.time))
        return records.count - 1
    }

    mutating func change(_ index: Int, _ body: (inout TrafficRecord) -> Void) { body(&records[index]) }

    mutating func note(_ bytes: UnsafeRawBufferPointer, _ direction: SegmentRecord.Direction, _ index: Int) {
        spool.append(bytes, direction, at: Clock.monotonic(), to: &records[index])
    }

    mutating func end(_ direction: SegmentRecord.Direction, _ ending: SegmentRecord.Ending, _ index: Int) {
        spool.end(direction, ending, at: Clock.monotonic(), of: &records[index])
    }

    mutating func close(_ index: Int) { records[index].closedAt = Clock.monotonic() }

    func isUrgent(_ index: Int) -> Bool { records[index].transport == .tcp }
}
