package import CLinux

/// What statx(2) says about a file.
package struct FileStatus: Hashable, Sendable {
    /// Device number, major in the upper 32 bits.
    package var device: UInt64
    /// Inode number.
    package var inode: UInt64
    /// Length in bytes.
    package var sizeInBytes: UInt64
    /// Space used, in bytes; less than the length for sparse files.
    package var allocatedBytes: UInt64
    /// Last change of content, nanoseconds since the epoch.
    package var modifiedAt: Int64
    /// Last change of the inode, nanoseconds since the epoch.
    package var changedAt: Int64
    /// `st_mode`: type and permissions.
    package var mode: UInt32
    /// Owner.
    package var userID: UInt32
    /// Group.
    package var groupID: UInt32
    /// Number of hard links.
    package var linkCount: UInt32

    package init(_ raw: amber_status) {
        device = raw.device
        inode = raw.inode
        sizeInBytes = raw.size
        allocatedBytes = raw.blocks &* 512
        modifiedAt = raw.mtime
        changedAt = raw.ctime
        mode = raw.mode
        userID = raw.uid
        groupID = raw.gid
        linkCount = raw.nlink
    }

    /// Tells whether this is a regular file.
    package var isRegular: Bool { mode & 0o170000 == 0o100000 }
    /// Tells whether this is a directory.
    package var isDirectory: Bool { mode & 0o170000 == 0o040000 }
    /// Tells whether this is a symbolic link.
    package var isSymlink: Bool { mode & 0o170000 == 0o120000 }
}
