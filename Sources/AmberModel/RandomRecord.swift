/// A line of `random.jsonl`: random bytes that the kernel gave to a thread, in the order in which threads drew them.
public struct RandomRecord: Codable, Hashable, Sendable {
    /// Where the bytes came from.
    public enum Source: String, Codable, Sendable {
        /// The 16 bytes that every program is given at its start (AT_RANDOM of getauxval(3)).
        case startup
        /// getrandom(2).
        case getrandom
        /// `/dev/urandom` or `/dev/random` (random(4)).
        case device
    }

    /// Ordinal of the process.
    public var process: String
    /// Which of the process's programs: how many it had begun, 0 for what its parent was at the fork.
    public var program: Int
    /// Position of the thread among those that lived when it first drew; 0 is the first thread.
    public var thread: Int
    /// Where they came from.
    public var source: Source
    /// How many bytes; of a line without `bytes`, how many were not recorded.
    public var sizeInBytes: Int
    /// The bytes, base64 (RFC 4648, section 4); nil where they were not recorded.
    public var bytes: String?

    /// Makes a record.
    public init(
        process: String, program: Int, thread: Int, source: Source, sizeInBytes: Int, bytes: String?
    ) {
        self.process = process
        self.program = program
        self.thread = thread
        self.source = source
        self.sizeInBytes = sizeInBytes
        self.bytes = bytes
    }
}
