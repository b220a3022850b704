/// What makes two failures the same failure: how the run ended, and what the runtime said about it.
public struct FailureSignature: Codable, Hashable, Sendable {
    /// One frame of a stack, innermost first in `frames`.
    public struct Frame: Codable, Hashable, Sendable {
        /// The function as the runtime names it, demangled where the runtime does so.
        public var function: String?
        /// The source file, class or module as printed, an absolute path where the runtime prints one.
        public var file: String?
        /// The line, counted from 1.
        public var line: Int?

        /// Makes a frame of what was printed.
        public init(function: String? = nil, file: String? = nil, line: Int? = nil) {
            self.function = function
            self.file = file
            self.line = line
        }
    }

    /// How the run ended.
    public var outcome: Outcome
    /// The runtime whose recipe read the failure, as the recipe's name: `python`, `java`; nil where none did.
    public var runtime: String?
    /// The exception's type as printed: `KeyError`, `java.lang.NullPointerException`, `panic`.
    public var type: String?
    /// The message, normalised; compared only where there are no frames.
    public var message: String?
    /// The stack, innermost frame first; empty where the runtime printed none.
    public var frames: [Frame]
    /// The status of the failing response of a service; nil for a command, and where no response came.
    public var status: Int?

    /// Makes a signature.
    public init(
        outcome: Outcome, runtime: String? = nil, type: String? = nil, message: String? = nil,
        frames: [Frame] = [], status: Int? = nil
    ) {
        self.outcome = outcome
        self.runtime = runtime
        self.type = type
        self.message = message
        self.frames = frames
        self.status = status
    }

    /// Tells whether another run failed in the same way.
    ///
    /// The outcome, the runtime and the exception's type must be equal, and the frames where there are any; without
    /// frames the normalised message decides, because an exit code alone proves little.
    public func matches(_ other: FailureSignature) -> Bool {
        guard outcome == other.outcome, status == other.status, runtime == other.runtime, type == other.type
        else { return false }
        if !frames.isEmpty || !other.frames.isEmpty { return frames == other.frames }
        return message == other.message
    }
}
