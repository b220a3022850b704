import CoreMetrics
import Testing

@testable import AmberServe

@Suite struct PrometheusRegistryTests {
    @Test func `the page has help, types, labels in order and cumulative buckets`() {
        let registry = PrometheusRegistry(help: ["a_total": "What a is."])
        Counter(label: "a_total", dimensions: [("k", "y\"z")], factory: registry).increment(by: 2)
        Counter(label: "a_total", dimensions: [("k", "x")], factory: registry).increment()
        Recorder(label: "b", dimensions: [], aggregate: false, factory: registry).record(7)
        let timer = Timer(label: "c_seconds", dimensions: [], factory: registry)
        timer.recordNanoseconds(1_500_000)
        timer.recordNanoseconds(20_000_000_000)
        let lines = registry.text.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(4) == [
                "# HELP a_total What a is.", "# TYPE a_total counter", #"a_total{k="x"} 1"#,
                #"a_total{k="y\"z"} 2"#,
            ])
        #expect(lines.contains("b 7"))
        #expect(lines.contains(#"c_seconds_bucket{le="0.001"} 0"#))
        #expect(lines.contains(#"c_seconds_bucket{le="0.002"} 1"#))
        #expect(lines.contains(#"c_seconds_bucket{le="+Inf"} 2"#))
        #expect(lines.last == "c_seconds_count 2")
    }
}
