/// One line of `requests/state.jsonl`: a file that a service has changed, as it stood when its request failed.
///
/// The layers hold files as they were before the service touched them; a service that starts again finds these instead.
public struct StateRecord: Codable, Hashable, Sendable {
    /// Where it stands.
    public var path: ByteString
    /// The file with its content, below `.amber/`.
    public var file: String
    /// Length in bytes.
    public var sizeInBytes: UInt64
    /// Permission bits.
    public var mode: UInt32
    /// Owner.
    public var userID: UInt32
    /// Group.
    public var groupID: UInt32
    /// Last change of the content, nanoseconds since the epoch.
    public var modifiedAt: Int64

    /// Makes a record.
    public init(
        path: ByteString, file: String, sizeInBytes: UInt64, mode: UInt32, userID: UInt32, groupID: UInt32,
        modifiedAt: Int64
    ) {
        self.path = path
        self.file = file
        self.sizeInBytes = sizeInBytes
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
        self.modifiedAt = modifiedAt
    }
}
