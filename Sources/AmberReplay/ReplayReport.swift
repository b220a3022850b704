public import AmberModel

/// What a replay gave.
public struct ReplayReport: Sendable {
    /// The verdict; nil for another command than the recorded one.
    public var verdict: Verdict?
    /// How the program ended.
    public var outcome: Outcome
}
