import AmberHTTP
import AmberModel

/// Which exchanges are kept. Pure.
package struct TriggerRules: Hashable, Sendable {
    /// Statuses that are failures.
    package var statuses: [ClosedRange<Int>] = [500...599]

    package init() {}

    /// The reasons to keep an exchange that has ended; empty for most.
    func reasons(for exchange: ExchangeFacts) -> [Trigger] {
        var reasons: [Trigger] = []
        switch exchange.ending {
        case .serviceClosed:
            reasons.append(Trigger(.reset, "the service closed the connection without a whole response"))
        case .serviceReset: reasons.append(Trigger(.reset, "the service reset the connection"))
        case .serviceRefused: reasons.append(Trigger(.reset, "the service took no connection"))
        case .malformed: reasons.append(Trigger(.reset, "the service's response is malformed"))
        case .timedOut: reasons.append(Trigger(.latency, "no response in time"))
        case .complete, .open, .clientLeft: break
        }
        if let status = exchange.status, statuses.contains(where: { $0.contains(status) }) {
            reasons.append(Trigger(.status, "status \(status)"))
        }
        return reasons
    }
}

/// What rules look at.
struct ExchangeFacts {
    var ending: ExchangeEnding
    var status: Int?
    var duration: Int64
}
