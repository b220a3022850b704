import AmberKernel
import AmberModel
import AmberSupervisor
import Synchronization

/// Stops one process of a replay as it begins a program, before that program's first instruction.
///
/// The signal is sent while the call waits for its answer. A caller of a listener that was received waits killably
/// (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, Linux 5.19), so the signal stays pending, the exec goes through, and it is
/// taken on the way back to user mode, which is the new program's first instruction.
final class ExecutionStop: CallHandler {
    private struct State {
        var resolver: SandboxResolver?
        var count = 0
        var stopped: Int32?
    }

    private let target: DebugTarget
    private let next: any CallHandler
    private let state = Mutex(State())
    private let arrival: EventCounter

    /// Watches for a target; everything else is the next handler's.
    init(_ target: DebugTarget, next: any CallHandler) throws(SyscallError) {
        self.target = target
        self.next = next
        arrival = try EventCounter()
    }

    /// Readable once the process is being stopped.
    var arrivalNumber: Int32 { arrival.descriptor.number }
    /// Its pid on this machine; nil before it came.
    var processID: Int32? { state.withLock { $0.stopped } }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        let decision = next.decide(call, slot: slot, answerer: answerer)
        guard call.shape.action == .execute, decision == .proceed, isTarget(call) else { return decision }
        Signals.send(Signals.stop, to: call.processID)
        state.withLock { $0.stopped = call.processID }
        arrival.signal()
        return .proceed
    }

    private func isTarget(_ call: ObservedCall) -> Bool {
        guard call.isReadable else { return false }
        return state.withLock { state in
            guard state.stopped == nil, let path = resolve(call, &state), path == target.path.bytes else {
                return false
            }
            defer { state.count += 1 }
            return state.count == target.earlierCount
        }
    }

    private func resolve(_ call: ObservedCall, _ state: inout State) -> [UInt8]? {
        if state.resolver == nil { state.resolver = try? SandboxResolver(root: call.threadID) }
        guard let box = state.resolver else { return nil }
        box.resolver.forget()
        let resolution = box.resolver.resolve(call.path, base: call.base, follow: true)
        return resolution.status == nil ? nil : resolution.path
    }
}
