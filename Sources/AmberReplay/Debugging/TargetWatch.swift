import AmberModel
import AmberSupervisor

/// Finds the debugged process in a running replay, by counting the executions of its program.
struct TargetWatch {
    private let target: DebugTarget
    private var resolver: SandboxResolver?
    private var count = 0
    /// Its pid on this machine; nil before it came.
    private(set) var processID: Int32?

    init(_ target: DebugTarget) { self.target = target }

    /// Looks at a call that is about to go on; true where it executes the program that is looked for.
    mutating func notices(_ call: ObservedCall) -> Bool {
        guard call.shape.action == .execute, call.isReadable, processID == nil else { return false }
        guard resolve(call) == target.path.bytes else { return false }
        defer { count += 1 }
        guard count == target.earlierCount else { return false }
        processID = call.processID
        return true
    }

    private mutating func resolve(_ call: ObservedCall) -> [UInt8]? {
        if resolver == nil { resolver = try? SandboxResolver(root: call.threadID) }
        guard let box = resolver else { return nil }
        box.resolver.forget()
        let resolution = box.resolver.resolve(call.path, base: call.base, follow: true)
        return resolution.status == nil ? nil : resolution.path
    }
}
