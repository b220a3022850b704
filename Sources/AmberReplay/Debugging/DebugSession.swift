import AmberKernel
import AmberModel

/// Reconstructs a recorded run and hands it to a debugger.
public enum DebugSession {
    /// Debugs a bundle and returns when the debugger has ended; the run ends with it.
    ///
    /// Debuggers of this machine sit on this process's terminal and are attached to the process in the sandbox, or reach
    /// it through a forwarded port; those of the runtime run inside, with a console beside the program's streams. Nothing
    /// of Amber is in the ptrace slot, and the program's own input is the recorded one. Nothing has a time limit. Blocks
    /// the calling thread and blocks signals in it.
    ///
    /// - Returns: The debugger's status, as a shell would report it.
    /// - Throws: `ReplayError`, or `BundleError` where the bundle cannot be read.
    public static func run(_ configuration: DebugConfiguration) throws -> Int32 {
        let stage = try DebugStage(configuration)
        let status: Int32
        switch stage.debugger {
        case .gdb, .lldb, .go: status = try runAttached(stage)
        case .pdb where configuration.adapterPort != nil || configuration.editorDirectory != nil:
            status = try runServed(stage, .debugpy(try DebugpyPackage.find()))
        case .pdb, .perl, .ruby, .php, .bash: status = try runInside(stage)
        case .node: status = try runServed(stage, .node)
        case .java: status = try runServed(stage, .java)
        }
        try keep(stage)
        return status
    }

    /// Keeps what was written, where that is wanted.
    static func keep(_ stage: DebugStage) throws {
        guard let directory = stage.configuration.replay.keepDirectory else { return }
        try KeptFiles.keep(stage.stage.room.upper, in: directory)
    }
}
