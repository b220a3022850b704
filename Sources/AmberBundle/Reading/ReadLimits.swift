/// What a bundle may ask of its reader; hostile ones ask for more.
public struct ReadLimits: Sendable, Hashable {
    /// Entries of one layer.
    public var entries = 5_000_000
    /// Bytes of one path or link target (PATH_MAX without its NUL).
    public var pathLength = 4095
    /// Bytes of one pax header.
    public var headerBytes: Int64 = 1 << 20
    /// Bytes of one file, and of all files of a layer, holes included.
    public var contentBytes: UInt64 = 1 << 38
    /// Uncompressed bytes of a layer that are never questioned.
    public var freeBytes: UInt64 = 1 << 30
    /// Beyond `freeBytes`: uncompressed bytes for each compressed one; runs of zeros don't count, they become
    /// holes.
    public var ratio: UInt64 = 200
    /// Bytes of a manifest, an index, a configuration.
    public var documentBytes = 4 << 20
    /// Bytes of one small record file: `run.json`, `host.json`, `fidelity.json`.
    public var recordBytes = 64 << 20
    /// Bytes of one line of a record file.
    public var lineBytes = 64 << 20
    /// Bytes of all names of directories in a layer: they are kept in memory until their times are set.
    public var directoryNameBytes = 256 << 20
    /// Members of the outer archive.
    public var members = 10_000

    /// The limits that Amber uses.
    public init() {}
}
