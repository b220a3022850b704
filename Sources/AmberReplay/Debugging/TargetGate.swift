import AmberKernel
import AmberModel
import AmberSupervisor
import Synchronization

/// Tells a module of ours, inside, whether it is in the process that is debugged: only that one may open a certain file.
///
/// Environment variables bring the module into every process of its runtime; whether `make`, `npm` or the program
/// itself is meant is known out here.
final class TargetGate: CallHandler {
    private static let path = Array((DebugModule.directory + "/target").utf8)

    private let next: any CallHandler
    private let watch: Mutex<TargetWatch?>

    /// Watches for a target; nil lets every process be the one.
    init(_ target: DebugTarget?, next: any CallHandler) {
        self.next = next
        // A module is loaded by the image, whichever fork of it is meant.
        watch = Mutex(target.map { TargetWatch($0.image) })
    }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        let decision = next.decide(call, slot: slot, answerer: answerer)
        guard decision == .proceed else { return decision }
        let isRefused = watch.withLock { watch in
            guard watch != nil else { return false }
            switch call.shape.action {
            case .execute: _ = watch?.notices(call)
            case .open where call.path == Self.path: return watch?.processID != call.processID
            default: break
            }
            return false
        }
        return isRefused ? .fail(Errno.noEntry) : .proceed
    }
}
