/// A line of `processes.jsonl`: one process of the run.
public struct ProcessRecord: Codable, Hashable, Sendable {
    /// Position in the tree, stable across runs: `1`, its second child `1.2`, that one's first child `1.2.1`.
    public var ordinal: String
    /// The pid on the host that ran it.
    public var processID: Int32
    /// The parent's pid.
    public var parentID: Int32
    /// Every program this process became by execve(2), in order.
    public var programs: [Program]
    /// How it ended; nil where Amber did not see it end.
    public var outcome: Outcome?

    /// One program image of a process.
    public struct Program: Codable, Hashable, Sendable {
        /// The executable, an absolute path after symbolic links.
        public var path: ByteString
        /// Its arguments.
        public var arguments: [ByteString]
        /// Entries that its environment has beyond the first process's.
        public var environmentAdded: [ByteString]
        /// Names that its environment lacks against the first process's.
        public var environmentRemoved: [ByteString]

        /// Makes the record of a program image.
        public init(
            path: ByteString, arguments: [ByteString], environmentAdded: [ByteString] = [],
            environmentRemoved: [ByteString] = []
        ) {
            self.path = path
            self.arguments = arguments
            self.environmentAdded = environmentAdded
            self.environmentRemoved = environmentRemoved
        }
    }

    /// Makes the record of a process.
    public init(
        ordinal: String, processID: Int32, parentID: Int32, programs: [Program], outcome: Outcome? = nil
    ) {
        self.ordinal = ordinal
        self.processID = processID
        self.parentID = parentID
        self.programs = programs
        self.outcome = outcome
    }
}
