package import AmberCapture

/// What `amber serve` is to do.
package struct ServeConfiguration: Sendable {
    /// The service: what to run, and what bundles hold.
    package var capture: CaptureConfiguration
    /// Where clients come.
    package var listen: ServiceAddress
    /// Where the service listens.
    package var upstream: ServiceAddress
    /// Where bundles go.
    package var outputDirectory = "."
    /// A path that answers 2xx when the service is ready; nil where listening is enough.
    package var healthPath: String?
    /// Which exchanges are kept.
    package var triggers = TriggerRules()
    /// What stays in memory.
    package var recorder = FlightRecorder.Limits()

    package init(capture: CaptureConfiguration, listen: ServiceAddress, upstream: ServiceAddress) {
        self.capture = capture
        self.listen = listen
        self.upstream = upstream
    }
}
