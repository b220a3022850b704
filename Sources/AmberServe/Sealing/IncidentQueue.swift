import AmberKernel

/// Incidents that wait for the sealer. Pure; times are CLOCK_MONOTONIC.
///
/// A flood of failures must not hide another failure: of a kind that is known, only so many a second are looked at.
struct IncidentQueue {
    /// Most incidents that wait.
    static let mostWaiting = 64
    /// Incidents of known kinds that are looked at in a second.
    static let examined = 10
    private static let mostKinds = 4096

    private(set) var waiting: [Incident] = []
    private var kinds: Set<String> = []
    private var second: Int64 = 0
    private var examinedCount = 0

    /// Takes an incident, or says why not.
    mutating func push(_ incident: Incident, at now: Int64) -> IncidentPolicy.DropReason? {
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

    /// Takes those out that broke off within a second of a time.
    mutating func takeBreaks(near time: Int64) -> [Incident] {
        let breaks = waiting.filter { $0.isBreak && abs($0.endedAt - time) < 1_000_000_000 }
        let numbers = Set(breaks.map(\.exchange.number))
        waiting.removeAll { numbers.contains($0.exchange.number) }
        return breaks
    }
}
