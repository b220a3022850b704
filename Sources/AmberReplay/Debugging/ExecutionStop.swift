import AmberKernel
import AmberModel
import AmberSupervisor
import Synchronization

/// Stops one process of a replay as it begins a program, before that program's first instruction; one that executes
/// nothing, at its first call that is notified.
///
/// The signal is sent while the call waits for its answer. A caller of a listener that was received waits killably
/// (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, Linux 5.19), so the signal stays pending, the exec goes through, and it is
/// taken on the way back to user mode, which is the new program's first instruction.
final class ExecutionStop: CallHandler {
    private let next: any CallHandler
    private let watch: Mutex<TargetWatch>
    private let arrival: EventCounter

    /// Watches for a target; everything else is the next handler's.
    init(_ target: DebugTarget, next: any CallHandler) throws(SyscallError) {
        self.next = next
        watch = Mutex(TargetWatch(target))
        arrival = try EventCounter()
    }

    /// Readable once the process is being stopped.
    var arrivalNumber: Int32 { arrival.descriptor.number }
    /// Its pid on this machine; nil before it came.
    var processID: Int32? { watch.withLock { $0.processID } }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        let decision = next.decide(call, slot: slot, answerer: answerer)
        guard watch.withLock({ $0.notices(call) }) else { return decision }
        Signals.send(Signals.stop, to: call.processID)
        arrival.signal()
        return decision
    }
}
