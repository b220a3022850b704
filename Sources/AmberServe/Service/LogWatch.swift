import AmberKernel
import AmberRecipes
import Synchronization

/// Looks now and then at what the service has written, and at requests that wait for ever.
final class LogWatch: Sendable {
    private let service: any ServiceSource
    private let recorder: FlightRecorder
    private let rules: TriggerRules
    private let watch: TrafficWatch
    private let stop: Latch

    /// A request that was not answered this long after the latency bound is kept while it is open.
    private static let patience: Int64 = 5_000_000_000
    /// How long an exchange may go on after its service wrote the line.
    private static let longestWait: Int64 = 10_000_000_000

    init(
        _ service: any ServiceSource, _ recorder: FlightRecorder, _ rules: TriggerRules, _ watch: TrafficWatch
    ) throws {
        self.service = service
        self.recorder = recorder
        self.rules = rules
        self.watch = watch
        stop = try Latch()
    }

    private struct Found {
        var exchange: Exchange
        var trigger: Trigger
        var since: Int64
    }

    /// Ends `run`.
    func end() { stop.open() }

    /// Looks until `end` is called.
    func run() {
        var positions: [Int: UInt64] = [1: service.position(of: 1), 2: service.position(of: 2)]
        var found: [Found] = []
        while !stop.waitBlocking(milliseconds: 100) {
            if !rules.logs.isEmpty {
                for stream in service.isErrorPartOfOutput ? [1] : [1, 2] {
                    found += look(stream, &positions)
                }
            }
            let now = Clock.monotonic()
            found.removeAll { item in
                let isOver = item.exchange.state.withLock { $0.ending != nil }
                guard isOver || now - item.since > Self.longestWait else { return false }
                watch.offer(item.exchange, [item.trigger])
                return true
            }
            if let latency = rules.latency { lookForHung(now - latency - Self.patience, latency) }
        }
    }

    private func look(_ stream: Int, _ positions: inout [Int: UInt64]) -> [Found] {
        let start = positions[stream] ?? 0
        let end = service.position(of: stream)
        guard end > start else { return [] }
        let bytes = service.output(of: stream, in: start..<end)
        // A line that is not complete yet is looked at the next time.
        guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = Array(bytes[...last])
        let offset = end - UInt64(bytes.count)
        positions[stream] = offset + UInt64(whole.count)
        return rules.logs.compactMap { pattern in
            guard let line = pattern.firstLine(in: whole) else { return nil }
            let place = offset + UInt64(line.lowerBound)
            guard let exchange = exchange(openAt: place, stream, line: Array(whole[line])) else { return nil }
            return Found(
                exchange: exchange, trigger: Trigger(.log, "log \(pattern.source)", pattern: pattern.source),
                since: Clock.monotonic())
        }
    }

    /// The exchange that was open when the service wrote there: the one the line names, else the one that began last.
    private func exchange(openAt place: UInt64, _ stream: Int, line: [UInt8]) -> Exchange? {
        let candidates = (recorder.ended.suffix(200) + recorder.inFlight).filter { exchange in
            let end = exchange.state.withLock { state in
                state.ending == nil ? UInt64.max : stream == 1 ? state.outputEnd : state.errorEnd
            }
            // Through a pipe it is counted a moment after it was written.
            return (stream == 1 ? exchange.outputStart : exchange.errorStart) <= place && place <= end + 4096
        }
        let text = String(decoding: line, as: UTF8.self)
        return candidates.last { exchange in
            let names = RequestNames(exchange)
            return names.all.contains { text.contains($0) }
        } ?? candidates.last
    }

    private func lookForHung(_ before: Int64, _ latency: Int64) {
        for exchange in recorder.inFlight where exchange.beganAt < before {
            guard exchange.state.withLock({ $0.answeredAt == nil }) else { continue }
            watch.offer(exchange, [.slow(latency)])
        }
    }
}
