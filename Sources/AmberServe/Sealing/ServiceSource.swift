package import AmberCapture
package import AmberModel

/// Where bundles of a service come from: a service under capture, or one that runs elsewhere.
package protocol ServiceSource: Sendable {
    /// How the service ended; `running` while it has not.
    var outcome: Outcome { get }
    /// Standard error is part of standard output.
    var isErrorPartOfOutput: Bool { get }
    /// Bytes that the service wrote to standard output (1) or error (2).
    func position(of stream: Int) -> UInt64
    /// What was kept of a stretch of them.
    func output(of stream: Int, in range: Range<UInt64>) -> [UInt8]
    /// The failure that the service told of.
    func signature(output: [UInt8], error: [UInt8], status: Int?, outcome: Outcome) -> FailureSignature
    /// CLOCK_MONOTONIC that the times in bundles count from.
    var timesBegin: Int64 { get }
    /// The service is ready.
    func markReady()
    /// A text without what differs from run to run.
    func normalise(_ bytes: [UInt8]) -> [UInt8]
    /// Seals a bundle of what the service is now.
    func seal(_ subject: SealingSubject) -> CaptureReport
}

extension ServiceCapture: ServiceSource {}
