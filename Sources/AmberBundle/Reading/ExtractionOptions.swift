/// How a layer is laid out on disk.
public struct ExtractionOptions: Sendable, Hashable {
    /// Gives every entry its recorded owner; works for root only. Otherwise all belong to the caller.
    public var preservesOwners: Bool
    /// Keeps setuid and setgid bits, which are dropped otherwise.
    public var preservesSetuid: Bool

    /// Makes options; by default owners and setuid bits are dropped.
    public init(preservesOwners: Bool = false, preservesSetuid: Bool = false) {
        self.preservesOwners = preservesOwners
        self.preservesSetuid = preservesSetuid
    }
}
