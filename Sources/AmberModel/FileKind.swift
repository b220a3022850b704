/// What an entry of a file system is (inode(7)).
public enum FileKind: String, Codable, Sendable {
    /// A regular file.
    case file
    /// A directory.
    case directory
    /// A symbolic link.
    case symlink
    /// A named pipe; never read.
    case fifo
    /// A socket; never read.
    case socket
    /// A character device; never read.
    case characterDevice = "character-device"
    /// A block device; never read.
    case blockDevice = "block-device"

    /// Reads the kind out of `st_mode`; nil for a kind that Linux does not have.
    public init?(mode: UInt32) {
        switch mode & 0o170000 {
        case 0o100000: self = .file
        case 0o040000: self = .directory
        case 0o120000: self = .symlink
        case 0o010000: self = .fifo
        case 0o140000: self = .socket
        case 0o020000: self = .characterDevice
        case 0o060000: self = .blockDevice
        default: return nil
        }
    }
}
