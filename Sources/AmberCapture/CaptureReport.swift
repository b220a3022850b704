public import AmberBundle
public import AmberModel

/// What became of a captured command.
public struct CaptureReport: Sendable {
    /// How the command ended; the caller's exit status is `outcome.shellStatus`.
    public var outcome: Outcome
    /// The bundle; nil where none was due, or none could be written.
    public var bundle: SealedBundle?
    /// The failure that was read; nil for a success that was not kept.
    public var signature: FailureSignature?
    /// How much of the run the bundle holds.
    public var fidelity: FidelityReport?
    /// Sentences for people: what went differently than asked, and what to do about it.
    public var notes: [String]

    /// Makes a report.
    public init(
        outcome: Outcome, bundle: SealedBundle? = nil, signature: FailureSignature? = nil,
        fidelity: FidelityReport? = nil, notes: [String] = []
    ) {
        self.outcome = outcome
        self.bundle = bundle
        self.signature = signature
        self.fidelity = fidelity
        self.notes = notes
    }
}
