/// What a standard stream was connected to.
public enum StreamKind: Codable, Hashable, Sendable {
    /// A terminal of this size, in characters.
    case terminal(columns: Int, rows: Int)
    /// A pipe or FIFO.
    case pipe
    /// A regular file; the path may be gone since.
    case file(path: ByteString)
    /// A socket.
    case socket
    /// `/dev/null`.
    case null
    /// Another character or block device.
    case device(path: ByteString)
    /// Nothing: the descriptor was closed.
    case closed
}
