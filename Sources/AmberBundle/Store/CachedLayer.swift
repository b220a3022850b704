import AmberKernel

/// An extracted layer in the cache; while this value lives, nobody prunes it.
public struct CachedLayer: ~Copyable, Sendable {
    /// The directory that holds the layer's tree; belongs to the cache, never write to it.
    public let path: String
    private let lock: OwnedDescriptor

    init(path: String, lock: consuming OwnedDescriptor) {
        self.path = path
        self.lock = lock
    }
}
