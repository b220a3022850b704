import AmberCapture
import AmberModel

/// A service that somebody else runs: bundles hold requests and host facts, and nothing of the service itself.
final class AttachedService: ServiceSource {
    private let sealing: RequestSealing

    init(upstream: String) throws { sealing = try RequestSealing(upstream: upstream) }

    var outcome: Outcome { .running }
    var isErrorPartOfOutput: Bool { false }
    func position(of stream: Int) -> UInt64 { 0 }
    func output(of stream: Int, in range: Range<UInt64>) -> [UInt8] { [] }
    func signature(
        output: [UInt8], error: [UInt8], status: Int?, outcome: Outcome
    ) -> FailureSignature {
        FailureSignature(outcome: .running, status: status)
    }
    var timesBegin: Int64 { 0 }
    func markReady() {}
    func normalise(_ bytes: [UInt8]) -> [UInt8] { sealing.normalise(bytes) }
    func seal(_ subject: SealingSubject) -> CaptureReport { sealing.seal(subject) }
}
