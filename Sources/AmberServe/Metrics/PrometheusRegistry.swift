import CoreMetrics
import Synchronization

/// Metrics of this process in the text format that Prometheus reads (version 0.0.4).
final class PrometheusRegistry: MetricsFactory {
    /// A time series: a name and its labels.
    struct Series: Hashable {
        var name: String
        var labels: [String]

        init(_ label: String, _ dimensions: [(String, String)]) {
            name = label
            labels = dimensions.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }
        }

        func text(adding more: [String] = []) -> String {
            let all = labels + more
            return all.isEmpty ? "" : "{\(all.joined(separator: ","))}"
        }

        private static func escaped(_ value: String) -> String {
            value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        }
    }

    private struct State {
        var counters: [Series: PrometheusCounter] = [:]
        var gauges: [Series: PrometheusGauge] = [:]
        var histograms: [Series: PrometheusHistogram] = [:]
    }

    private let state = Mutex(State())
    private let help: [String: String]

    /// Makes a registry; `help` says in a sentence what a name counts.
    init(help: [String: String]) { self.help = help }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let series = Series(label, dimensions)
        return state.withLock { state in
            if let known = state.counters[series] { return known }
            let made = PrometheusCounter()
            state.counters[series] = made
            return made
        }
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let series = Series(label, dimensions)
        return state.withLock { state in
            if let known = state.gauges[series] { return known }
            let made = PrometheusGauge()
            state.gauges[series] = made
            return made
        }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let series = Series(label, dimensions)
        return state.withLock { state in
            if let known = state.histograms[series] { return known }
            let made = PrometheusHistogram()
            state.histograms[series] = made
            return made
        }
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The page that is scraped.
    var text: String {
        let (counters, gauges, histograms) = state.withLock { ($0.counters, $0.gauges, $0.histograms) }
        var lines: [String] = []
        func header(_ name: String, _ type: String) {
            if let text = help[name] { lines.append("# HELP \(name) \(text)") }
            lines.append("# TYPE \(name) \(type)")
        }
        func inOrder<Value>(_ all: [Series: Value]) -> [(name: String, [(Series, Value)])] {
            Dictionary(grouping: all) { $0.key.name }.sorted { $0.key < $1.key }.map { name, members in
                (
                    name,
                    members.map { ($0.key, $0.value) }.sorted { $0.0.labels.joined() < $1.0.labels.joined() }
                )
            }
        }
        for (name, members) in inOrder(counters) {
            header(name, "counter")
            for (series, counter) in members { lines.append("\(name)\(series.text()) \(counter.value)") }
        }
        for (name, members) in inOrder(gauges) {
            header(name, "gauge")
            for (series, gauge) in members { lines.append("\(name)\(series.text()) \(gauge.text)") }
        }
        for (name, members) in inOrder(histograms) {
            header(name, "histogram")
            for (series, histogram) in members { lines += histogram.lines(name, series) }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
