import AmberModel

/// One member of a tar archive, as its headers describe it.
struct TarEntry: Hashable, Sendable {
    /// What a member is.
    enum Kind: Hashable, Sendable {
        case file
        case directory
        case symlink
        case fifo
        /// A second name for an earlier member.
        case hardLink
        /// Anything else, by its type flag.
        case other(UInt8)
    }

    /// The name as stored.
    var path: ByteString
    /// What it is.
    var kind: Kind
    /// Permission bits, 0 to 0o7777.
    var mode: UInt32
    /// Owner.
    var userID: UInt32
    /// Group.
    var groupID: UInt32
    /// Length of the content that follows.
    var sizeInBytes: UInt64
    /// Last change, nanoseconds since the epoch.
    var modifiedAt: Int64
    /// Target of a link.
    var linkTarget: ByteString
}
