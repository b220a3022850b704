import AmberModel
import CoreMetrics

/// What `amber serve` counts.
final class ServeMetrics: Sendable {
    private static let help = [
        "amber_requests_total": "Requests that have ended, by the first digit of their status.",
        "amber_request_endings_total": "Requests by how they ended.",
        "amber_request_duration_seconds": "From a request's first byte to its end.",
        "amber_refused_requests_total": "Malformed requests that never reached the service.",
        "amber_failures_total": "Reasons to keep a request, by trigger.",
        "amber_bundles_total": "Bundles that were sealed.",
        "amber_bundle_bytes_total": "Bytes of bundles that were sealed.",
        "amber_bundles_removed_total": "Bundles removed to stay within the quota.",
        "amber_failures_dropped_total": "Failing requests of which no bundle was made, by reason.",
        "amber_sealing_seconds": "Time that sealing a bundle took.",
        "amber_connections": "Client connections that are open.",
        "amber_requests_in_flight": "Requests that are open.",
        "amber_recorder_exchanges": "Exchanges that the flight recorder holds.",
        "amber_recorder_bytes": "Bytes of exchanges in memory.",
        "amber_recorder_spilled_bytes": "Bytes of exchanges on disk.",
        "amber_recorder_cut_messages_total": "Messages whose recording was cut, for want of room.",
        "amber_service_ready": "1 when the service listens.",
    ]

    let registry = PrometheusRegistry(help: ServeMetrics.help)
    private let byClass: [Counter]
    private let noStatus: Counter
    private let endings: [ExchangeEnding: Counter]
    private let duration: Timer
    private let triggers: [Trigger.Name: Counter]
    private let dropped: [IncidentPolicy.DropReason: Counter]
    private let bundles: Counter
    private let bundleBytes: Counter
    private let removed: Counter
    private let sealing: Timer
    private let cut: Counter

    init() {
        let registry = registry
        func counter(_ name: String, _ labels: [(String, String)] = []) -> Counter {
            Counter(label: name, dimensions: labels, factory: registry)
        }
        byClass = (1...5).map { counter("amber_requests_total", [("status", "\($0)xx")]) }
        noStatus = counter("amber_requests_total", [("status", "none")])
        let endings: [ExchangeEnding] = [
            .complete, .clientLeft, .serviceClosed, .serviceReset, .serviceRefused, .malformed, .timedOut,
        ]
        self.endings = Dictionary(
            uniqueKeysWithValues: endings.map {
                ($0, counter("amber_request_endings_total", [("ending", $0.rawValue)]))
            })
        duration = Timer(label: "amber_request_duration_seconds", dimensions: [], factory: registry)
        triggers = Dictionary(
            uniqueKeysWithValues: Trigger.Name.allCases.map {
                ($0, counter("amber_failures_total", [("trigger", $0.rawValue)]))
            })
        dropped = Dictionary(
            uniqueKeysWithValues: IncidentPolicy.DropReason.allCases.map {
                ($0, counter("amber_failures_dropped_total", [("reason", $0.rawValue)]))
            })
        bundles = counter("amber_bundles_total")
        bundleBytes = counter("amber_bundle_bytes_total")
        removed = counter("amber_bundles_removed_total")
        sealing = Timer(label: "amber_sealing_seconds", dimensions: [], factory: registry)
        cut = counter("amber_recorder_cut_messages_total")
    }

    func didEnd(_ facts: ExchangeFacts, duration nanoseconds: Int64) {
        if let status = facts.status, (100..<600).contains(status) {
            byClass[status / 100 - 1].increment()
        } else {
            noStatus.increment()
        }
        endings[facts.ending]?.increment()
        duration.recordNanoseconds(nanoseconds)
    }

    func didRefuse(_ status: Int) {
        Counter(
            label: "amber_refused_requests_total", dimensions: [("status", "\(status)")], factory: registry
        ).increment()
    }

    func didTrigger(_ name: Trigger.Name) { triggers[name]?.increment() }

    func didCut() { cut.increment() }

    func note(_ result: SealingResult) {
        switch result {
        case .sealed(_, _, let size, let duration):
            bundles.increment()
            bundleBytes.increment(by: Int64(clamping: size))
            sealing.recordNanoseconds(duration)
        case .dropped(let reason, _): dropped[reason]?.increment()
        case .removed: removed.increment()
        case .failed: break
        }
    }

    /// Sets a gauge.
    func set(_ name: String, _ value: Int) {
        Recorder(label: name, dimensions: [], aggregate: false, factory: registry).record(value)
    }
}
