public import AmberBundle
public import AmberModel
import AmberWire

/// What to run, when to keep it, and how much it may cost.
public struct CaptureConfiguration: Sendable {
    /// When a bundle is written.
    public enum Policy: String, Sendable, CaseIterable {
        /// Only when the command fails.
        case failure
        /// Always.
        case always
    }

    /// The command, program first; a name without slash is looked for on PATH as execvp(3) does.
    public var arguments: [ByteString]
    /// When a bundle is written.
    public var policy = Policy.failure
    /// Where the bundle goes; nil for `./NAME-UTCTIME.amber`.
    public var output: String?
    /// Ends the command after this time: SIGTERM, and SIGKILL ten seconds later.
    public var timeLimit: Duration?
    /// Glob patterns of paths whose content stays out: `*` stops at a slash, `**` does not.
    public var excluded: [String] = []
    /// Glob patterns of paths whose content goes in although the run did not read it.
    public var included: [String] = []
    /// Most bytes of the bundle, compressed.
    public var maximumSize: UInt64 = 2 << 30
    /// Compression of the layers.
    public var compression = LayerCompression.zstd
    /// Connections are relayed and what is said on them is kept.
    public var recordsNetwork = true
    /// Answer getrandom and reads of the random devices, and keep what they gave. A program that draws by the
    /// hundred thousand a second is faster without.
    public var recordsRandomness = true
    /// The command's programs are asked to log the secrets of their TLS sessions, and the bundle gets the plain exchange.
    ///
    /// This changes their environment: SSLKEYLOGFILE is set, and NODE_OPTIONS for Node.
    public var recordsSessionSecrets = false
    /// Files with recipes, beside those of the executable and the user's own.
    public var recipeFiles: [String] = []
    /// After a failure, what its recipes want is looked at: files of the kernel, and commands that can change nothing.
    public var runsProbes = true
    /// Time for reading and hashing files when the bundle is sealed.
    public var sealingTime: Duration = .seconds(300)

    /// How much of the network's traffic is kept.
    var trafficLimits = TrafficLimits()

    /// Makes a configuration with the defaults above.
    public init(arguments: [ByteString]) { self.arguments = arguments }
}
