/// A line of `files.jsonl`: one path that the run touched, as it was before the run touched it.
public struct FileRecord: Codable, Hashable, Sendable {
    /// What the run did with the path, the strongest first touch.
    public enum Role: String, Codable, Sendable {
        /// Started as a program, or loaded as an interpreter or library.
        case executed
        /// Opened for reading.
        case read
        /// Read, and changed later.
        case readThenWritten = "read-then-written"
        /// Changed or created without having been read.
        case written
        /// Removed or renamed away.
        case deleted
        /// Looked for and not there.
        case missing
    }

    /// Why a path's content is not in the bundle.
    public enum Absence: String, Codable, Sendable {
        /// There was nothing to store: the path did not exist.
        case missing
        /// The path holds secrets that are never stored: a private key, `/etc/shadow`.
        case secret
        /// `--exclude` named it.
        case excluded
        /// The size budget was spent.
        case overBudget = "over-budget"
        /// The file system did not answer within the time budget.
        case timedOut = "timed-out"
        /// It changed after its first touch, and no earlier content was kept.
        case changed
        /// It was gone when the bundle was sealed.
        case vanished
        /// Amber was not allowed to read it.
        case unreadable
        /// The kernel makes its content up: `/proc`, `/sys`, `/dev`.
        case pseudo
        /// It is a FIFO, a socket or a device.
        case special
        /// The content could not be written on this host.
        case storage
    }

    /// The path after symbolic links, absolute, as the capturing host names it.
    public var path: ByteString
    /// What was done with it.
    public var role: Role
    /// What it was before the run; nil where it did not exist.
    public var metadata: FileMetadata?
    /// Digest of its content; nil where the content is absent.
    public var digest: Digest?
    /// The package that owns it, as `ecosystem:name`.
    public var package: String?
    /// The layer that holds it; nil where the content is absent.
    public var layer: LayerName?
    /// Why the content is absent; nil where the bundle holds it.
    public var absence: Absence?
    /// One sentence about what is peculiar: "changed 3 ms after its first touch".
    public var note: String?
    /// True where the caller was refused by permissions during the run.
    public var isDenied: Bool?

    /// Makes the record of a path.
    public init(
        path: ByteString, role: Role, metadata: FileMetadata?, digest: Digest? = nil, package: String? = nil,
        layer: LayerName? = nil, absence: Absence? = nil, note: String? = nil, isDenied: Bool? = nil
    ) {
        self.path = path
        self.role = role
        self.metadata = metadata
        self.digest = digest
        self.package = package
        self.layer = layer
        self.absence = absence
        self.note = note
        self.isDenied = isDenied
    }
}
