/// `requests/service.json`: how the service was reached, and which exchange made the bundle.
public struct ServiceRecord: Codable, Hashable, Sendable {
    /// What set the bundle off.
    public struct Trigger: Codable, Hashable, Sendable {
        /// Its name: `status`, `latency`, `body`, `header`, `log`, `reset`, `crash`, `request`, `sample`.
        public var name: String
        /// The reason in words: `status 500`.
        public var reason: String
        /// The time to a response's first byte that was exceeded, nanoseconds.
        public var latency: Int64?
        /// The pattern that was found in a head, a body or the log.
        public var pattern: String?

        /// Makes a trigger.
        public init(name: String, reason: String, latency: Int64? = nil, pattern: String? = nil) {
            self.name = name
            self.reason = reason
            self.latency = latency
            self.pattern = pattern
        }
    }

    /// The address that the service listens on, `127.0.0.1:8000`.
    public var upstream: String
    /// The address that clients used.
    public var listen: String
    /// A path that answers 2xx when the service is ready; nil where listening is enough.
    public var healthPath: String?
    /// From the service's start until it was ready, nanoseconds; nil where it was never seen to be.
    public var readyAfter: Int64?
    /// Number of the failing exchange; nil where the service failed without one.
    public var failing: Int?
    /// What set the bundle off.
    public var trigger: Trigger
    /// What the service wrote to standard output and error while the failing exchange was open: bytes from, to.
    public var outputWindow: [UInt64]?
    /// The same for standard error.
    public var errorWindow: [UInt64]?
    /// From when to when the failing exchange was open, nanoseconds as in the network's records: what the service then
    /// said to its peers comes first when they are played back.
    public var networkWindow: [Int64]?
    /// Where the service went away under several requests: how sure it is that `failing` was the cause.
    public var attribution: OutboundRecord.Attribution?
    /// Numbers of those that may have been, the most likely one first.
    public var suspects: [Int]?

    /// Makes a record.
    public init(
        upstream: String, listen: String, healthPath: String?, readyAfter: Int64?, failing: Int?,
        trigger: Trigger, outputWindow: [UInt64]? = nil, errorWindow: [UInt64]? = nil,
        networkWindow: [Int64]? = nil, attribution: OutboundRecord.Attribution? = nil,
        suspects: [Int]? = nil
    ) {
        self.upstream = upstream
        self.listen = listen
        self.healthPath = healthPath
        self.readyAfter = readyAfter
        self.failing = failing
        self.trigger = trigger
        self.outputWindow = outputWindow
        self.errorWindow = errorWindow
        self.networkWindow = networkWindow
        self.attribution = attribution
        self.suspects = suspects
    }
}
