/// `bundle.json`: what this bundle is, read before anything else.
public struct BundleInfo: Codable, Hashable, Sendable {
    /// What was captured.
    public enum Kind: String, Codable, Sendable {
        /// A command from start to end.
        case run
        /// One request to a service.
        case request
        /// A core handed over by the kernel.
        case crash
        /// A process that was running already.
        case snapshot
    }

    /// Version of the format.
    public var formatVersion: FormatVersion
    /// What was captured.
    public var kind: Kind
    /// When the bundle was sealed, RFC 3339 in UTC.
    public var created: String
    /// Version of the Amber that sealed it.
    public var amberVersion: String
    /// One line for people: the command and how it ended.
    public var title: String

    /// Makes the description of a bundle.
    public init(
        formatVersion: FormatVersion = .current, kind: Kind, created: String, amberVersion: String,
        title: String
    ) {
        self.formatVersion = formatVersion
        self.kind = kind
        self.created = created
        self.amberVersion = amberVersion
        self.title = title
    }
}
