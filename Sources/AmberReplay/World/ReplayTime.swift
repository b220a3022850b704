/// What time a replay lives in.
public enum ReplayTime: Hashable, Sendable, CustomStringConvertible {
    /// It begins at the recorded instant.
    case recorded
    /// It lives in the present.
    case now
    /// It begins at an instant, nanoseconds since the epoch.
    case instant(Int64)
    /// It begins so many nanoseconds after the recorded instant, before it where they are negative.
    case offset(Int64)

    /// What the command line says for it.
    public var description: String {
        switch self {
        case .recorded: "recorded"
        case .now: "now"
        case .instant(let instant): Self.text(instant)
        case .offset(let offset): (offset < 0 ? "" : "+") + "\(offset / 1_000_000_000)s"
        }
    }

    /// The first instant that no replay begins at: early in 2255.
    static let end: Int64 = 9_000_000_000_000_000_000

    /// The instant at which it begins, between the epoch and `end`; nil for the present.
    func start(recorded: Int64) -> Int64? {
        let instant: Int64
        switch self {
        case .recorded: instant = recorded
        case .now: return nil
        case .instant(let chosen): instant = chosen
        case .offset(let offset):
            let (sum, overflows) = recorded.addingReportingOverflow(offset)
            instant = overflows ? 0 : sum
        }
        return min(max(instant, 0), Self.end)
    }
}
