/// A line of `events.jsonl.zst`: one call that a process of the run made, in the order in which Amber saw it.
public struct EventRecord: Codable, Hashable, Sendable {
    /// What the call does.
    public enum Action: String, Codable, Sendable {
        /// execve, execveat.
        case execute
        /// An open for reading.
        case read
        /// An open for writing, with or without reading.
        case write
        /// An open that may create the file.
        case create
        /// truncate.
        case truncate
        /// unlink, rmdir.
        case remove
        /// rename; `target` is the new name.
        case rename
        /// link, symlink; `target` is the existing name or the link's text.
        case link
        /// mkdir, mknod.
        case make
        /// chmod, chown, utimensat, setxattr.
        case attribute
        /// mount, pivot_root, chroot and their like.
        case mount
        /// connect, sendto with an address.
        case connect
        /// bind.
        case bind
        /// The process ended by exit_group.
        case exit
    }

    /// Position in the trace, counted from 1.
    public var number: Int
    /// Nanoseconds since the start of the run.
    public var time: Int64
    /// Ordinal of the process.
    public var process: String
    /// What was done.
    public var action: Action
    /// The path, or the address of a peer.
    public var path: ByteString?
    /// The second name of a rename or link.
    public var target: ByteString?
    /// True where the path existed when the call was made; nil where that was not asked again.
    public var found: Bool?
    /// Exit code of `exit`.
    public var code: Int32?

    /// Makes an event.
    public init(
        number: Int, time: Int64, process: String, action: Action, path: ByteString? = nil,
        target: ByteString? = nil, found: Bool? = nil, code: Int32? = nil
    ) {
        self.number = number
        self.time = time
        self.process = process
        self.action = action
        self.path = path
        self.target = target
        self.found = found
        self.code = code
    }
}
