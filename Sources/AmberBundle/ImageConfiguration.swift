public import AmberModel

/// What the image's configuration says: how a container engine would run it.
public struct ImageConfiguration: Sendable, Hashable {
    /// Architecture by its OCI name (Go's GOARCH): `amd64`, `arm64`.
    public var architecture: String
    /// The environment, entries as `KEY=value`; bytes that are not UTF-8 are only in `run.json`.
    public var environment: [ByteString]
    /// The command, program first.
    public var command: [ByteString]
    /// The working directory.
    public var workingDirectory: ByteString
    /// Who runs it, `uid:gid`.
    public var user: String
    /// When the bundle was sealed, RFC 3339 in UTC.
    public var created: String
    /// Labels of the image.
    public var labels: [String: String]

    /// Makes a configuration.
    public init(
        architecture: String, environment: [ByteString], command: [ByteString], workingDirectory: ByteString,
        user: String, created: String, labels: [String: String] = [:]
    ) {
        self.architecture = architecture
        self.environment = environment
        self.command = command
        self.workingDirectory = workingDirectory
        self.user = user
        self.created = created
        self.labels = labels
    }

    /// The OCI name of a machine as `uname -m` says it.
    public static func architecture(ofMachine machine: String) -> String {
        switch machine {
        case "x86_64": "amd64"
        case "aarch64": "arm64"
        case "i386", "i486", "i586", "i686": "386"
        case "armv7l", "armv6l", "arm": "arm"
        default: machine
        }
    }
}
