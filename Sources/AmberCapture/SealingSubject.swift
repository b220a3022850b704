package import AmberBundle
package import AmberModel

/// What a bundle is about where that is not a command's own end: a request to a service.
package struct SealingSubject: Sendable {
    /// The kind of bundle.
    package var kind = BundleInfo.Kind.run
    /// The bundle's title behind the command's name: `GET /orders → 500`; nil says how the command ended.
    package var title: String?
    /// Output and error in which the failure is looked for; nil takes all of it.
    package var failureText: (output: [UInt8], error: [UInt8])?
    /// How the service was when it happened: `running`, though it may have ended since; nil for how it is now.
    package var outcome: Outcome?
    /// What the service itself said of its failure.
    package var failure: RequestFailure?
    /// The status of the failing response; nil where none came.
    package var status: Int?
    /// When it happened, CLOCK_MONOTONIC: of what was said to peers, only this, what surrounds it and how connections
    /// began goes in; nil takes everything.
    package var window: ClosedRange<Int64>?
    /// The requests of which it tells, to say what was said to peers for which of them.
    package var requests: [RequestSpan] = []
    /// Further files of the record layer.
    package var entries: [LayerEntry] = []
    /// Where the bundle goes; nil takes the configuration's.
    package var output: String?

    /// When a request was open, and the ids by which others may name it.
    package struct RequestSpan: Sendable {
        package var number: Int
        /// CLOCK_MONOTONIC.
        package var time: ClosedRange<Int64>
        package var identifiers: [String]

        package init(number: Int, time: ClosedRange<Int64>, identifiers: [String]) {
            self.number = number
            self.time = time
            self.identifiers = identifiers
        }
    }

    /// A command's run.
    package init() {}
}
