/// One dependency that the run really used: a package that owns at least one touched file.
public struct PackageRecord: Codable, Hashable, Sendable {
    /// Where the package comes from.
    public enum Ecosystem: String, Codable, Sendable {
        /// Debian and its derivatives.
        case deb
        /// Red Hat, SUSE and theirs.
        case rpm
        /// Alpine.
        case apk
        /// Python distributions.
        case pypi
        /// Node packages.
        case npm
        /// Java archives.
        case maven
        /// Go modules.
        case golang
        /// What no package owns: a language runtime, or an executable or library whose version is its build-id.
        case generic
    }

    /// Where it comes from.
    public var ecosystem: Ecosystem
    /// Name as its ecosystem writes it; `group:artifact` for Maven.
    public var name: String
    /// Version as its ecosystem writes it.
    public var version: String
    /// Architecture, where the ecosystem has one.
    public var architecture: String?
    /// Source package, where it differs from the name; with its version where that differs.
    public var source: String?
    /// Namespace of the package URL: `debian`, `ubuntu`, `alpine`.
    public var namespace: String?
    /// The touched files that it owns, absolute paths in byte order.
    public var files: [ByteString]

    /// Makes the record of a package.
    public init(
        ecosystem: Ecosystem, name: String, version: String, architecture: String? = nil,
        source: String? = nil,
        namespace: String? = nil, files: [ByteString] = []
    ) {
        self.ecosystem = ecosystem
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.namespace = namespace
        self.files = files
    }
}
