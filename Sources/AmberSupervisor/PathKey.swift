/// A path as a caller wrote it, with the place it starts from: known again without resolving it.
struct PathKey: Hashable {
    private let value: UInt64

    /// Hashes with the process's own random seed; two of 100,000 paths collide with a chance of 1 in 4 billion.
    init(_ path: [UInt8], base: [UInt8], root: ObservedCall.RootIdentity, follow: Bool) {
        var hasher = Hasher()
        // Bytes at once: an array is hashed one by one, ten times slower. Their number tells where one ends.
        unsafe path.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        hasher.combine(path.count)
        unsafe base.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        hasher.combine(root)
        hasher.combine(follow)
        value = UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
