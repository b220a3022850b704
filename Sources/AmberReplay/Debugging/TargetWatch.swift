import AmberModel
import AmberSupervisor

/// Finds the debugged process in a running replay: by counting the executions of its program, or, where it only forked,
/// by its place in the tree.
struct TargetWatch {
    private let target: DebugTarget
    private var resolver: SandboxResolver?
    private var count = 0
    private var ledger = ProcessLedger()
    /// Its pid on this machine; nil before it came.
    private(set) var processID: Int32?

    init(_ target: DebugTarget) { self.target = target }

    /// Looks at a call that is about to go on; true where the process that is looked for begins with it.
    mutating func notices(_ call: ObservedCall) -> Bool {
        guard processID == nil else { return false }
        guard target.isForked ? isFork(call) : executes(call) else { return false }
        processID = call.processID
        return true
    }

    /// Tells whether the call comes from the process with the wanted ordinal: the same rule as in the recording.
    private mutating func isFork(_ call: ObservedCall) -> Bool {
        let index = ledger.index(of: call.processID)
        if call.shape.action == .exit { ledger.willExit(index, code: 0) }
        return ledger.entries[index].record.ordinal == target.process.ordinal
    }

    private mutating func executes(_ call: ObservedCall) -> Bool {
        guard call.shape.action == .execute, call.isReadable, resolve(call) == target.path.bytes else {
            return false
        }
        defer { count += 1 }
        return count == target.earlierCount
    }

    private mutating func resolve(_ call: ObservedCall) -> [UInt8]? {
        if resolver == nil { resolver = try? SandboxResolver(root: call.threadID) }
        guard let box = resolver else { return nil }
        box.resolver.forget()
        let resolution = box.resolver.resolve(call.path, base: call.base, follow: true)
        return resolution.status == nil ? nil : resolution.path
    }
}
