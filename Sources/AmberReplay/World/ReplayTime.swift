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

    /// The instant at which it begins; nil for the present.
    func start(recorded: Int64) -> Int64? {
        switch self {
        case .recorded: recorded
        case .now: nil
        case .instant(let instant): instant
        case .offset(let offset): recorded.addingReportingOverflow(offset).partialValue
        }
    }
}
