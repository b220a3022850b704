/// A line of `probes.jsonl`: something that was looked at when the run had failed.
public struct ProbeRecord: Codable, Hashable, Sendable {
    /// Position; its bytes are `probes/NUMBER`.
    public var number: Int
    /// The recipe that wants it.
    public var recipe: String
    /// What the recipe calls it.
    public var name: String
    /// The file that was read; nil for a command.
    public var path: ByteString?
    /// The command that was run; nil for a file.
    public var command: [ByteString]?
    /// How the command ended; `timedOut` where it was killed at its limit.
    public var outcome: Outcome?
    /// How long it took, in nanoseconds.
    public var duration: Int64?
    /// How many bytes are here.
    public var sizeInBytes: Int
    /// There was more.
    public var isTruncated: Bool
    /// Why nothing is here.
    public var absence: String?

    /// Makes the record of a probe that has not been made.
    public init(number: Int, recipe: String, name: String) {
        self.number = number
        self.recipe = recipe
        self.name = name
        sizeInBytes = 0
        isTruncated = false
    }
}
