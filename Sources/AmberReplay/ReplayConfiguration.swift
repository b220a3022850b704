public import AmberModel

/// Which bundle to replay, and what to change about the run.
public struct ReplayConfiguration: Sendable {
    /// What a replay may see of the network.
    public enum Network: String, Sendable, CaseIterable {
        /// Recorded peers answer; others are refused and reported.
        case playback
        /// Loopback only, every peer is refused.
        case none
    }

    /// Which files that a service had changed it finds.
    public enum State: String, Sendable, CaseIterable {
        /// As they stood when the request failed: what a restart would have found.
        case failure
        /// As they stood before the service started.
        case start
    }

    /// Which requests a service gets before the failing one, to build up its state.
    public enum WarmUp: String, Sendable, CaseIterable {
        /// None.
        case none
        /// Those of the same client.
        case client
        /// All earlier ones that the bundle holds.
        case all
    }

    /// A file of this machine that stands in place of one in the bundle.
    public struct Replacement: Sendable, Hashable {
        /// The place inside, an absolute path.
        public var path: ByteString
        /// The file outside; read once, never written to.
        public var source: String

        /// Makes a replacement.
        public init(path: ByteString, source: String) {
            self.path = path
            self.source = source
        }
    }

    /// Path of the bundle: a `.amber` file, or a directory with an OCI image layout.
    public var bundle: String
    /// Environment entries to set, `KEY=value`.
    public var environment: [ByteString] = []
    /// Names of environment entries to remove.
    public var removedEnvironment: [ByteString] = []
    /// Files to replace.
    public var replacements: [Replacement] = []
    /// What the program may see of the network.
    public var network = Network.playback
    /// Peers that the program may reach for real, `10.0.0.5:5432` or `[::1]:80`, from this machine's network.
    public var livePeers: [String] = []
    /// What time the program lives in.
    public var time = ReplayTime.recorded
    /// Directory for the files that the replay wrote; nil throws them away.
    public var keepDirectory: String?
    /// Ends the replay after this time.
    public var timeLimit: Duration?
    /// Files with recipes, beside those of the executable and the user's own.
    public var recipeFiles: [String] = []
    /// Another command instead of the recorded one, connected to this process's own streams.
    public var command: [ByteString]?

    /// A file with the request to send instead of the recorded one, for a service's bundle.
    public var request: String?
    /// Where a service that the user has started listens, `127.0.0.1:8000`: it gets the request, and nothing of the bundle
    /// is run.
    public var upstream: String?
    /// Which of the files that it had changed a service finds.
    public var state = State.failure
    /// Which earlier requests a service gets first.
    public var warmUp = WarmUp.none
    /// How long a service may take until it listens; nil for ten times what it took, a minute at least.
    public var readyTimeout: Duration?
    /// Leaves a service up when its request is answered, and is told where it can be reached; nil ends it.
    public var keepsRunning: (@Sendable (String) -> Void)?

    /// Makes a configuration with the defaults above.
    public init(bundle: String) { self.bundle = bundle }

    /// What was changed, in words, for the verdict.
    var changes: [String] {
        // Values may be secrets: only names are told.
        environment.map {
            "--set-env " + String(decoding: $0.bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        }
            + removedEnvironment.map { "--unset-env \($0)" } + replacements.map { "--with-file \($0.path)" }
            + livePeers.map { "--network live=\($0)" }
            + (time == .recorded ? [] : ["--time \(time)"])
            + (upstream.map { ["--upstream \($0)"] } ?? [])
            + (request.map { ["--send \($0)"] } ?? [])
            + (state == .failure ? [] : ["--state \(state.rawValue)"])
            + (warmUp == .none ? [] : ["--warm-up \(warmUp.rawValue)"])
    }
}
