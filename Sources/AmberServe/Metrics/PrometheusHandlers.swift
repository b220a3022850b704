import CoreMetrics
import Synchronization

/// A number that only grows.
final class PrometheusCounter: CounterHandler {
    private let count = Atomic<Int64>(0)
    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }
    var value: Int64 { count.load(ordering: .relaxed) }
}

/// A number that goes up and down.
final class PrometheusGauge: RecorderHandler {
    private let bits = Atomic<UInt64>(0)
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Without a fraction where there is none.
    var text: String {
        let value = Double(bitPattern: bits.load(ordering: .relaxed))
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

/// Durations, counted in buckets.
final class PrometheusHistogram: TimerHandler {
    /// Upper bounds, nanoseconds: 1 ms to 10 s.
    private static let bounds: [Int64] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000].map {
        $0 * 1_000_000
    }

    private struct State {
        var counts = [Int64](repeating: 0, count: PrometheusHistogram.bounds.count)
        var total: Int64 = 0
        var sum: Int64 = 0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) {
        state.withLock { state in
            state.total += 1
            state.sum += duration
            if let bucket = Self.bounds.firstIndex(where: { duration <= $0 }) { state.counts[bucket] += 1 }
        }
    }

    func lines(_ name: String, _ series: PrometheusRegistry.Series) -> [String] {
        let now = state.withLock { $0 }
        var lines: [String] = []
        var below: Int64 = 0
        for (bound, count) in zip(Self.bounds, now.counts) {
            below += count
            let seconds = Double(bound) / 1e9
            lines.append("\(name)_bucket\(series.text(adding: ["le=\"\(seconds)\""])) \(below)")
        }
        lines.append("\(name)_bucket\(series.text(adding: ["le=\"+Inf\""])) \(now.total)")
        lines.append("\(name)_sum\(series.text()) \(Double(now.sum) / 1e9)")
        lines.append("\(name)_count\(series.text()) \(now.total)")
        return lines
    }
}
