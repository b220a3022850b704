public import AmberModel

/// One entry of a layer: a file, directory, symbolic link or FIFO, at its original place.
public struct LayerEntry: Sendable {
    /// The place, an absolute path without `.`, `..` and repeated slashes.
    public var path: ByteString
    /// What the replay finds there; `sizeInBytes` is the length that is stored.
    public var metadata: FileMetadata
    /// Digest of the content, where it is known; lets the store find a layer that it holds already.
    public var digest: Digest?
    /// The content.
    public var content: ContentSource

    /// Makes an entry.
    public init(
        path: ByteString, metadata: FileMetadata, digest: Digest? = nil, content: ContentSource = .none
    ) {
        self.path = path
        self.metadata = metadata
        self.digest = digest
        self.content = content
    }

    /// Makes an entry of the record layer: `name` below `/.amber`, mode 0644, owner 0, time 0.
    public static func record(_ name: String, _ bytes: [UInt8]) -> LayerEntry {
        record(name, .bytes(bytes), sizeInBytes: UInt64(bytes.count))
    }

    /// Makes an entry of the record layer whose content comes from a file or a descriptor.
    public static func record(_ name: String, _ content: ContentSource, sizeInBytes: UInt64) -> LayerEntry {
        LayerEntry(
            path: ByteString("/.amber/" + name),
            metadata: FileMetadata(
                kind: .file, mode: 0o644, userID: 0, groupID: 0, sizeInBytes: sizeInBytes, modifiedAt: 0),
            content: content)
    }
}
