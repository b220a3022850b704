/// `host.json`: the machine and the operating system around the run.
public struct HostRecord: Codable, Hashable, Sendable {
    /// Kernel release, as `uname -r`.
    public var kernelRelease: String
    /// Kernel version, as `uname -v`.
    public var kernelVersion: String
    /// Machine, as `uname -m`.
    public var architecture: String
    /// Host name.
    public var hostName: String
    /// Every key of os-release(5).
    public var distribution: [String: String]
    /// The model name of the first processor.
    public var processorModel: String?
    /// Flags of the first processor.
    public var processorFlags: [String]
    /// Processors that the run could use.
    public var processorCount: Int
    /// Memory, in bytes.
    public var memoryInBytes: UInt64
    /// Limits of the control group, by file name: `memory.max`, `cpu.max`.
    public var controlGroup: [String: String]
    /// Name of the time zone, where it could be told.
    public var timeZone: String?
    /// LANG and LC_* of the environment.
    public var locale: [String: String]
    /// Values of sysctls that change what programs do, by dotted name.
    public var sysctls: [String: String]
    /// The container engine's name, where the run was inside a container.
    public var container: String?

    /// Makes the record of a host.
    public init(
        kernelRelease: String, kernelVersion: String, architecture: String, hostName: String,
        distribution: [String: String], processorModel: String?, processorFlags: [String],
        processorCount: Int,
        memoryInBytes: UInt64, controlGroup: [String: String], timeZone: String?, locale: [String: String],
        sysctls: [String: String], container: String?
    ) {
        self.kernelRelease = kernelRelease
        self.kernelVersion = kernelVersion
        self.architecture = architecture
        self.hostName = hostName
        self.distribution = distribution
        self.processorModel = processorModel
        self.processorFlags = processorFlags
        self.processorCount = processorCount
        self.memoryInBytes = memoryInBytes
        self.controlGroup = controlGroup
        self.timeZone = timeZone
        self.locale = locale
        self.sysctls = sysctls
        self.container = container
    }
}
