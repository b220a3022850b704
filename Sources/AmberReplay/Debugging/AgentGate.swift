import AmberKernel
import AmberModel
import AmberSupervisor
import Synchronization

/// Gives an environment variable to the process that is debugged, and to no other.
///
/// A JVM that is told to load its debug agent ends where the agent's port is taken: of several JVMs in a run only one may be
/// told. Every process carries the entry, under a name that says nothing; as the target is about to be executed the name's
/// first letter becomes the right one, in the memory that execve is about to copy, and for every other program it is
/// turned back.
final class AgentGate: CallHandler {
    private let name: [UInt8]
    private let value: [UInt8]
    private let next: any CallHandler
    private let watch: Mutex<TargetWatch>

    /// Takes the entry `name=value`.
    init(_ name: String, _ value: [UInt8], _ target: DebugTarget, next: any CallHandler) {
        self.name = Array(name.utf8)
        self.value = value
        self.next = next
        watch = Mutex(TargetWatch(target.image))
    }

    /// The entry, under the name that says nothing.
    var entry: ByteString { ByteString([Self.off] + name.dropFirst() + [UInt8(ascii: "=")] + value) }

    private static let off = UInt8(ascii: "_")

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        let decision = next.decide(call, slot: slot, answerer: answerer)
        guard decision == .proceed, call.shape.action == .execute, call.isReadable else { return decision }
        let isTarget = watch.withLock { watch in
            _ = watch.notices(call)
            return watch.processID == call.processID
        }
        turn(call, isOn: isTarget)
        return decision
    }

    /// Our entry has its name where the program is the target, a recorded one of that name everywhere else.
    private func turn(_ call: ObservedCall, isOn: Bool) {
        guard call.environmentPointer != 0 else { return }
        let tail = name.dropFirst() + [UInt8(ascii: "=")]
        for (index, entry) in call.environment.enumerated() where entry.dropFirst().starts(with: tail) {
            let isOurs = entry.dropFirst(1 + tail.count).elementsEqual(value)
            let first = isOurs == isOn ? name[0] : Self.off
            guard entry[0] != first else { continue }
            let place = call.environmentPointer + UInt64(index * 8)
            guard let raw = ProcessMemory.read(call.threadID, place, count: 8), raw.count == 8 else { return }
            let address = raw.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            // The string may lie in a constant: execve copies what stands there.
            _ = ProcessMemory.force(call.threadID, address, [first])
        }
    }
}
