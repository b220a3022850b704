/// A line of `network/NUMBER.jsonl`: bytes that passed in one direction before the other side spoke.
public struct SegmentRecord: Codable, Hashable, Sendable {
    /// Who spoke.
    public enum Direction: String, Codable, Sendable {
        /// The program.
        case sent
        /// The peer.
        case received
    }

    /// How a direction came to its end.
    public enum Ending: String, Codable, Sendable {
        /// In order (TCP's FIN).
        case end
        /// By a reset.
        case reset
        /// A TLS session's, without the alert that closes it (RFC 8446 section 6.1).
        case cut
    }

    /// Who spoke.
    public var direction: Direction
    /// Nanoseconds since the start of the run.
    public var time: Int64
    /// How many bytes of the direction's file belong to it.
    public var sizeInBytes: Int
    /// Set where the direction ended here, after these bytes.
    public var ending: Ending?

    /// Makes a segment.
    public init(direction: Direction, time: Int64, sizeInBytes: Int, ending: Ending? = nil) {
        self.direction = direction
        self.time = time
        self.sizeInBytes = sizeInBytes
        self.ending = ending
    }
}
