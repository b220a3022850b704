/// What a replay proves, with its evidence.
public struct Verdict: Codable, Hashable, Sendable {
    /// The conclusion.
    public enum Kind: String, Codable, Sendable {
        /// Same signature and byte-equal output.
        case identical
        /// Same failure signature.
        case reproduced
        /// It failed, but differently.
        case differentFailure = "different-failure"
        /// It did not fail.
        case noFailure = "no-failure"
        /// It needed something that the bundle lacks.
        case diverged
    }

    /// One difference between the recording and the replay, in the order of the recording.
    public struct Divergence: Codable, Hashable, Sendable {
        /// Number of the recorded event; nil where the recording has no such event.
        public var event: Int?
        /// What the difference is about: a path, a peer.
        public var subject: ByteString
        /// One sentence: "production opened /etc/app/limits.conf; here it was missing".
        public var description: String
        /// True where the replay was refused something that the bundle does not hold.
        public var isRefusal: Bool

        /// Makes a divergence.
        public init(event: Int?, subject: ByteString, description: String, isRefusal: Bool) {
            self.event = event
            self.subject = subject
            self.description = description
            self.isRefusal = isRefusal
        }
    }

    /// How one of the two runs ended.
    public struct Side: Codable, Hashable, Sendable {
        /// Exit code, where it exited.
        public var exitCode: Int32?
        /// Signal, where one ended it.
        public var signal: Int32?
        /// True where a time limit ended it.
        public var timeout: Bool?
        /// Status of a service's response; nil for commands, and where no response came.
        public var status: Int?
        /// The signature.
        public var signature: FailureSignature

        private enum CodingKeys: String, CodingKey {
            case exitCode = "exit_code"
            case signal
            case timeout
            case status
            case signature
        }

        /// Takes a side out of a signature.
        public init(_ signature: FailureSignature) {
            self.signature = signature
            status = signature.status
            switch signature.outcome {
            case .exited(let code): exitCode = code
            case .signaled(let number): signal = number
            case .timedOut: timeout = true
            case .running: break
            }
        }
    }

    /// The request of a service that was sent again.
    public struct Request: Codable, Hashable, Sendable {
        /// Its number, as in `requests/requests.jsonl`.
        public var number: Int
        /// Its method.
        public var method: String
        /// Its target.
        public var target: ByteString
        /// Numbers of those that may have been the cause, in the order in which they were sent.
        public var candidates: [Int]

        /// Makes a note of a request.
        public init(number: Int, method: String, target: ByteString, candidates: [Int]) {
            self.number = number
            self.method = method
            self.target = target
            self.candidates = candidates
        }
    }

    /// The conclusion.
    public var verdict: Kind
    /// True for `identical` and `reproduced`.
    public var reproduced: Bool
    /// How the replay ended.
    public var outcome: Side
    /// How the recorded run ended.
    public var recorded: Side
    /// The differences, first one first.
    public var divergences: [Divergence]
    /// Names of the normalisation rules that were needed to find the signatures equal.
    public var normalisations: [String]
    /// What the user changed: `--set-env A=B`, `--with-file /etc/app.conf`.
    public var changes: [String]
    /// The recorded request that the verdict is about; nil for commands, and for a request of the user's own.
    public var request: Request?

    /// Makes a verdict.
    public init(
        verdict: Kind, outcome: Side, recorded: Side, divergences: [Divergence], normalisations: [String],
        changes: [String]
    ) {
        self.verdict = verdict
        self.reproduced = verdict == .identical || verdict == .reproduced
        self.outcome = outcome
        self.recorded = recorded
        self.divergences = divergences
        self.normalisations = normalisations
        self.changes = changes
    }
}
