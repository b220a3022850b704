import AmberKernel
import Synchronization

/// Incidents that wait for the sealer. Pure; times are CLOCK_MONOTONIC.
///
/// A flood of failures must not hide another failure: of a kind that is known, only so many a second are looked at.
struct IncidentQueue {
    /// Most incidents that wait.
    static let mostWaiting = 64
    /// Incidents of known kinds that are looked at in a second.
    static let examined = 10
    /// Most exchanges that broke off of late which are remembered.
    static let mostBreaks = 512
    /// What one process leaves behind when it ends is seen within this time; longer between two breaks, and they have
    /// nothing to do with each other.
    private static let gap: Int64 = 150_000_000
    private static let longestBreak: Int64 = 1_000_000_000
    private static let mostKinds = 4096

    private(set) var waiting: [Incident] = []
    /// Exchanges that broke off, each whether or not it waits: any of them may be the one that ended the service.
    private var breaks: [Exchange] = []
    private var kinds: Set<String> = []
    private var second: Int64 = 0
    private var examinedCount = 0

    /// Takes an incident, or says why not.
    mutating func push(_ incident: Incident, at now: Int64) -> IncidentPolicy.DropReason? {
        if incident.isBreak {
            breaks.append(incident.exchange)
            if breaks.count > Self.mostBreaks { breaks.removeFirst(breaks.count - Self.mostBreaks) }
        }
        guard waiting.count < Self.mostWaiting else { return .busy }
        if kinds.count > Self.mostKinds { kinds = [] }
        if !kinds.insert(incident.kind).inserted {
            if now / 1_000_000_000 != second { (second, examinedCount) = (now / 1_000_000_000, 0) }
            guard examinedCount < Self.examined else { return .duplicate }
            examinedCount += 1
        }
        waiting.append(incident)
        return nil
    }

    /// The next incident.
    mutating func pop() -> Incident? { waiting.isEmpty ? nil : waiting.removeFirst() }

    /// The exchanges that broke off with this one, itself among them; none of them waits any more.
    ///
    /// - Returns: The exchanges, and how many of them had waited.
    mutating func takeBreaks(with incident: Incident) -> (exchanges: [Exchange], waitingCount: Int) {
        let center = incident.endedAt
        var times = (from: center, to: center)
        let near = breaks.map { ($0, $0.state.withLock { $0.endedAt } ?? .max) }
            .filter { abs($0.1 - center) < Self.longestBreak }
            .sorted { $0.1 < $1.1 }
        for (_, time) in near where time >= times.to && time - times.to < Self.gap { times.to = time }
        for (_, time) in near.reversed() where time <= times.from && times.from - time < Self.gap {
            times.from = time
        }
        var taken = near.filter { (times.from...times.to).contains($0.1) }.map(\.0)
        if !taken.contains(where: { $0 === incident.exchange }) { taken.append(incident.exchange) }
        let numbers = Set(taken.map(\.number))
        breaks.removeAll { numbers.contains($0.number) }
        let before = waiting.count
        waiting.removeAll { $0.isBreak && numbers.contains($0.exchange.number) }
        return (taken, before - waiting.count)
    }
}
