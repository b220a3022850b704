package import AmberCapture
package import Logging

/// What `amber serve` is to do.
package struct ServeConfiguration: Sendable {
    /// The service: what to run, and what bundles hold.
    package var capture: CaptureConfiguration
    /// The service runs elsewhere already: only requests and host facts are recorded.
    package var isAttached = false
    /// Where clients come.
    package var listen: ServiceAddress
    /// Where the service listens.
    package var upstream: ServiceAddress
    /// Where bundles go.
    package var outputDirectory = "."
    /// A path that answers 2xx when the service is ready; nil where listening is enough.
    package var healthPath: String?
    /// Ends the service when it does not listen within this time; nil waits.
    package var readyTimeout: Duration?
    /// How long open requests may go on when the service is to end.
    package var grace: Duration = .seconds(30)
    /// Which exchanges are kept.
    package var triggers = TriggerRules()
    /// How many bundles are made.
    package var policy = IncidentPolicy()
    /// Most bytes of all bundles in the directory; nil for any.
    package var quota: UInt64? = 5 << 30
    /// What stays in memory.
    package var recorder = FlightRecorder.Limits()
    /// Where metrics are served; nil for nowhere.
    package var metrics: ServiceAddress?
    /// Where words go.
    package var logger: Logger

    package init(
        capture: CaptureConfiguration, listen: ServiceAddress, upstream: ServiceAddress, logger: Logger
    ) {
        self.capture = capture
        self.listen = listen
        self.upstream = upstream
        self.logger = logger
    }
}
