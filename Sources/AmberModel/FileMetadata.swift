/// What lstat(2) says about an entry, as far as a replay can give it back.
public struct FileMetadata: Codable, Hashable, Sendable {
    /// What the entry is.
    public var kind: FileKind
    /// Permission bits, 0 to 0o7777.
    public var mode: UInt32
    /// Owner.
    public var userID: UInt32
    /// Group.
    public var groupID: UInt32
    /// Length in bytes; 0 for everything but files and symbolic links.
    public var sizeInBytes: UInt64
    /// Last change of the content, nanoseconds since the epoch.
    public var modifiedAt: Int64
    /// Target of a symbolic link.
    public var linkTarget: ByteString?

    /// Makes the description of an entry.
    public init(
        kind: FileKind, mode: UInt32, userID: UInt32, groupID: UInt32, sizeInBytes: UInt64, modifiedAt: Int64,
        linkTarget: ByteString? = nil
    ) {
        self.kind = kind
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
        self.sizeInBytes = sizeInBytes
        self.modifiedAt = modifiedAt
        self.linkTarget = linkTarget
    }
}
