/// `run.json`: the circumstances in which the command was started, and how it ended.
public struct RunRecord: Codable, Hashable, Sendable {
    /// One resource limit of setrlimit(2); nil stands for RLIM_INFINITY.
    public struct Limit: Codable, Hashable, Sendable {
        /// The kernel's number of the resource: RLIMIT_NOFILE is 7.
        public var resource: Int32
        /// Soft limit.
        public var soft: UInt64?
        /// Hard limit.
        public var hard: UInt64?

        /// Makes a limit.
        public init(resource: Int32, soft: UInt64?, hard: UInt64?) {
            self.resource = resource
            self.soft = soft
            self.hard = hard
        }
    }

    /// A recorded stream: what it was, and where its bytes are.
    public struct Stream: Codable, Hashable, Sendable {
        /// What the descriptor was connected to.
        public var kind: StreamKind
        /// Bytes that passed, in all; nil where they were not counted.
        public var sizeInBytes: UInt64?
        /// Bytes held by the bundle; the tail is kept, and the head where both fit.
        public var storedBytes: UInt64?
        /// The descriptor that this one shares its file description with: 1 for `2>&1`.
        public var sameAs: Int32?

        /// Makes a stream's record.
        public init(
            kind: StreamKind, sizeInBytes: UInt64? = nil, storedBytes: UInt64? = nil, sameAs: Int32? = nil
        ) {
            self.kind = kind
            self.sizeInBytes = sizeInBytes
            self.storedBytes = storedBytes
            self.sameAs = sameAs
        }
    }

    /// What the whole process tree used, of getrusage(2).
    public struct ResourceUse: Codable, Hashable, Sendable {
        /// Wall-clock time, in nanoseconds.
        public var wallTime: Int64
        /// User time, in nanoseconds.
        public var userTime: Int64
        /// System time, in nanoseconds.
        public var systemTime: Int64
        /// Largest resident set, in bytes.
        public var maximumResidentSize: Int64

        /// Makes a record of use.
        public init(wallTime: Int64, userTime: Int64, systemTime: Int64, maximumResidentSize: Int64) {
            self.wallTime = wallTime
            self.userTime = userTime
            self.systemTime = systemTime
            self.maximumResidentSize = maximumResidentSize
        }
    }

    /// The command as given, program first.
    public var arguments: [ByteString]
    /// The executable that was found for it, an absolute path.
    public var executable: ByteString
    /// The environment, entries as `KEY=value` in the order of execve(2).
    public var environment: [ByteString]
    /// The working directory, an absolute path.
    public var workingDirectory: ByteString
    /// Effective user id.
    public var userID: UInt32
    /// Effective group id.
    public var groupID: UInt32
    /// Supplementary groups.
    public var groups: [UInt32]
    /// The user's name, where the user database had one.
    public var userName: String?
    /// File mode creation mask.
    public var umask: UInt32
    /// Resource limits.
    public var limits: [Limit]
    /// Nice value, -20 to 19.
    public var nice: Int32
    /// Signals that were ignored at the start.
    public var ignoredSignals: [Int32]
    /// Signals that were blocked at the start.
    public var blockedSignals: [Int32]
    /// Standard input, output and error.
    public var standardInput: Stream
    /// Standard output.
    public var standardOutput: Stream
    /// Standard error.
    public var standardError: Stream
    /// Start, nanoseconds since the epoch.
    public var startedAt: Int64
    /// The pid that the command had.
    public var processID: Int32
    /// How it ended.
    public var outcome: Outcome
    /// What it used.
    public var resourceUse: ResourceUse
    /// The failure, as signature.
    public var signature: FailureSignature

    /// Makes the record of a run.
    public init(
        arguments: [ByteString], executable: ByteString, environment: [ByteString],
        workingDirectory: ByteString,
        userID: UInt32, groupID: UInt32, groups: [UInt32], userName: String?, umask: UInt32, limits: [Limit],
        nice: Int32, ignoredSignals: [Int32], blockedSignals: [Int32], standardInput: Stream,
        standardOutput: Stream, standardError: Stream, startedAt: Int64, processID: Int32, outcome: Outcome,
        resourceUse: ResourceUse, signature: FailureSignature
    ) {
        self.arguments = arguments
        self.executable = executable
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.userID = userID
        self.groupID = groupID
        self.groups = groups
        self.userName = userName
        self.umask = umask
        self.limits = limits
        self.nice = nice
        self.ignoredSignals = ignoredSignals
        self.blockedSignals = blockedSignals
        self.standardInput = standardInput
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.startedAt = startedAt
        self.processID = processID
        self.outcome = outcome
        self.resourceUse = resourceUse
        self.signature = signature
    }
}
