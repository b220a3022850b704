/// A line of `directories.jsonl`: a directory's complete listing as it was before the run.
public struct DirectoryRecord: Codable, Hashable, Sendable {
    /// One entry of the listing.
    public struct Entry: Codable, Hashable, Sendable {
        /// The name, without any slash.
        public var name: ByteString
        /// What lstat(2) said; nil where it refused to answer.
        public var metadata: FileMetadata?

        /// Makes an entry.
        public init(name: ByteString, metadata: FileMetadata?) {
            self.name = name
            self.metadata = metadata
        }
    }

    /// The directory after symbolic links, an absolute path.
    public var path: ByteString
    /// The directory itself.
    public var metadata: FileMetadata
    /// Its entries, ordered by name.
    public var entries: [Entry]
    /// True where the listing stops at a limit.
    public var isTruncated: Bool

    /// Makes the record of a directory.
    public init(path: ByteString, metadata: FileMetadata, entries: [Entry], isTruncated: Bool = false) {
        self.path = path
        self.metadata = metadata
        self.entries = entries
        self.isTruncated = isTruncated
    }
}
