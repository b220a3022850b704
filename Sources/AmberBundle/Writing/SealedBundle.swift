public import AmberModel

/// A bundle that is complete and on disk.
public struct SealedBundle: Sendable, Hashable {
    /// Where it is.
    public let path: String
    /// Digest of its manifest: the bundle's identity, the same in every registry.
    public let manifestDigest: Digest
    /// Length of the file.
    public let sizeInBytes: UInt64
}
