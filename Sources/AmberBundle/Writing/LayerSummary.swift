public import AmberModel

/// What became of a layer that was added to a bundle.
public struct LayerSummary: Sendable {
    /// An entry whose stored content is not what its description promised, or that could not be stored.
    public struct Deviation: Sendable, Hashable {
        /// What is the matter.
        public enum Reason: Sendable, Hashable {
            /// The source ended early; zeros fill the rest.
            case shorter
            /// The source goes on after `sizeInBytes`; the rest is left out.
            case longer
            /// The content differs from the given digest.
            case changed
            /// The source could not be read; zeros stand in its place.
            case unreadable(String)
            /// A layer cannot hold such an entry; it was left out.
            case unstorable(String)
        }

        /// The entry's path.
        public let path: ByteString
        /// What is the matter.
        public let reason: Reason
        /// Digest of what was stored; nil where it was not computed.
        public let digest: Digest?
    }

    /// The layer.
    public let name: LayerName
    /// Digest of the compressed blob.
    public let digest: Digest
    /// Digest of the uncompressed tar.
    public let diffID: Digest
    /// Length of the compressed blob.
    public let sizeInBytes: UInt64
    /// Length of the uncompressed tar.
    public let uncompressedSizeInBytes: UInt64
    /// Entries, with the parent directories that were added.
    public let entryCount: Int
    /// True where the store held the layer, so that nothing was compressed.
    public let isReused: Bool
    /// Entries that are not what they should be, in path order; empty for reused layers.
    public let deviations: [Deviation]
}
