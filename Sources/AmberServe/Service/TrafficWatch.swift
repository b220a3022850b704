import AmberKernel
import AmberModel
import Synchronization

/// Looks at every exchange that has ended, and has the sealer make bundles of the remarkable ones.
final class TrafficWatch: FlightRecorder.Observer {
    private let rules: TriggerRules
    private let metrics: ServeMetrics
    private let sealer = Mutex<Sealer?>(nil)
    private let isStopping = Atomic(false)

    init(_ rules: TriggerRules, _ metrics: ServeMetrics) {
        self.rules = rules
        self.metrics = metrics
    }

    /// Bundles can be made from now on.
    func start(_ sealer: Sealer) { self.sealer.withLock { $0 = sealer } }

    /// The service is told to end: requests that break off with it say nothing.
    func stop() { isStopping.store(true, ordering: .relaxed) }

    func didEnd(_ exchange: Exchange) {
        let (facts, duration) = exchange.state.withLock { state in
            let end = state.endedAt ?? exchange.beganAt
            return (
                ExchangeFacts(
                    number: exchange.number, ending: state.ending ?? .open, status: state.status,
                    waited: (state.answeredAt ?? end) - exchange.beganAt,
                    failureType: state.failure.map { $0.type ?? "failure" }), end - exchange.beganAt
            )
        }
        metrics.didEnd(facts, duration: duration)
        let reasons = rules.reasons(for: facts) {
            exchange.state.withLock { ExchangeBytes(request: $0.request.bytes, response: $0.response.bytes) }
        }
        if isStopping.load(ordering: .relaxed), reasons.contains(where: { $0.name == .reset }) { return }
        guard !reasons.isEmpty else { return }
        offer(exchange, reasons)
    }

    /// Has a bundle made of an exchange, once.
    func offer(_ exchange: Exchange, _ reasons: [Trigger]) {
        let isFirst = exchange.state.withLock { state in
            defer { state.isOffered = true }
            return !state.isOffered
        }
        guard isFirst else { return }
        for reason in reasons { metrics.didTrigger(reason.name) }
        sealer.withLock { $0 }?.offer(Incident(exchange: exchange, triggers: reasons))
    }

    func didCut() { metrics.didCut() }

    func didRefuse(_ status: Int, _ reason: String, client: String) {
        metrics.didRefuse(status)
    }
}
