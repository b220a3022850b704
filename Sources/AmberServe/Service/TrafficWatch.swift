import AmberKernel
import AmberModel
import Synchronization

/// Looks at every exchange that has ended, and has the sealer make bundles of the remarkable ones.
final class TrafficWatch: FlightRecorder.Observer {
    private let rules: TriggerRules
    private let sealer = Mutex<Sealer?>(nil)

    init(_ rules: TriggerRules) { self.rules = rules }

    /// Bundles can be made from now on.
    func start(_ sealer: Sealer) { self.sealer.withLock { $0 = sealer } }

    func didEnd(_ exchange: Exchange) {
        let facts = exchange.state.withLock { state in
            ExchangeFacts(
                ending: state.ending ?? .open, status: state.status,
                duration: (state.endedAt ?? exchange.beganAt) - exchange.beganAt)
        }
        let reasons = rules.reasons(for: facts)
        guard !reasons.isEmpty else { return }
        sealer.withLock { $0 }?.offer(Incident(exchange: exchange, triggers: reasons))
    }

    func didRefuse(_ status: Int, _ reason: String, client: String) {}
}
