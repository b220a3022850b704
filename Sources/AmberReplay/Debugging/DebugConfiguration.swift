public import AmberModel

/// Which process of a bundle to debug, with what.
public struct DebugConfiguration: Sendable {
    /// Where the debugger takes over.
    public enum Point: String, Sendable, CaseIterable {
        /// Before the first instruction of the program.
        case start
        /// Where the recorded failure happens.
        case failure
    }

    /// The replay that is debugged: bundle, changes.
    public var replay: ReplayConfiguration
    /// The debugger's name; nil takes the one for the recorded runtime.
    public var debugger: Debugger?
    /// Where it takes over.
    public var point = Point.failure
    /// Position of the process in the recorded tree, such as `1.2`; nil takes the process that failed.
    public var process: String?
    /// A directory of this machine with the sources.
    public var sourceDirectory: String?
    /// Further arguments of the debugger, after Amber's own.
    public var arguments: [ByteString] = []

    /// Makes a configuration with the defaults above.
    public init(replay: ReplayConfiguration) { self.replay = replay }
}

/// A tracer of this machine that attaches to a process and prints what it does.
public enum Tracer: String, Sendable, CaseIterable {
    /// System calls.
    case strace
    /// Calls of library functions.
    case ltrace
}

/// A debugger that Amber knows how to start.
public enum Debugger: String, Sendable, CaseIterable {
    /// The GNU debugger, of this machine, attached to the process in the sandbox.
    case gdb
    /// Python's own, inside the sandbox, out of the bundle.
    case pdb
}
