import AmberKernel
import AmberModel
import Synchronization

/// Something to make a bundle of: one exchange, or several that broke off in the same moment.
struct Incident: Sendable {
    var exchange: Exchange
    var triggers: [Trigger]
    /// Others that broke off with it when the service, or one of its workers, went away.
    var companions: [Exchange] = []
    /// Numbers of those that may have been the cause, the most likely one first; empty where nothing broke off.
    var suspects: [Int] = []
    /// How sure it is that the first one is the cause.
    var attribution: OutboundRecord.Attribution?

    /// Its exchange broke off: others may have with it.
    var isBreak: Bool { triggers.contains { $0.name == .reset } }

    /// When the exchange ended, CLOCK_MONOTONIC; now for one that is open.
    var endedAt: Int64 { exchange.state.withLock { $0.endedAt } ?? Clock.monotonic() }

    /// What makes it like another at first sight, before anything is read.
    var kind: String {
        let status = exchange.state.withLock { $0.status }
        let route = FailureFingerprint.route(exchange.target)
        return "\(triggers.first?.name.rawValue ?? "") \(status ?? 0) \(exchange.method) \(route)"
    }
}
