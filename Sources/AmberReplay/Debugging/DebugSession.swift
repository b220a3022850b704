import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes
import AmberSandbox
import AmberSupervisor

/// Reconstructs a recorded run and hands it to a debugger.
public enum DebugSession {
    /// Debugs a bundle and returns when the debugger has ended; the run ends with it.
    ///
    /// The debugger is a program of this machine, on this process's terminal, attached to the process in the sandbox:
    /// nothing of Amber is in the ptrace slot. The program's own input is the recorded one. Blocks the calling thread
    /// and blocks signals in it.
    ///
    /// - Returns: The debugger's status, as a shell would report it.
    /// - Throws: `ReplayError`, or `BundleError` where the bundle cannot be read.
    public static func run(_ configuration: DebugConfiguration) throws -> Int32 {
        ThisProcess.limitMemory()
        Signals.block(SignalPolicy.watched | 1 << 12)
        Signals.restoreDefault(Signals.child)
        let isRoot = ThisProcess.userID == 0
        let bundle = try PreparedBundle(path: configuration.replay.bundle, preservesOwners: isRoot)
        let target = try target(bundle, configuration)
        let recipe = try RecipeLibrary.embedded().first { $0.name == bundle.run.signature.runtime }
        let room = try ReplayRoom(bundle.store)
        let launch = try ReplayLaunch(bundle, room, configuration.replay, isRoot: isRoot)
        let handler = try ReplayHandler(
            placeholders: bundle.placeholders, sources: [room.upper, room.changes] + bundle.layers,
            denied: bundle.denied)
        let stop = try ExecutionStop(target, next: handler)
        let streams = try ReplayStreams(bundle.run, input: bundle.stream("stdin"))
        let program = try launch.start(streams.streams, stop)
        defer {
            program.kill()
            program.endLoop()
        }
        let processID = try waitForTarget(stop, target, program)
        let invocation = GdbInvocation(
            processID: processID, point: configuration.point,
            outcome: target.process.ordinal == "1" ? bundle.run.outcome : target.process.outcome,
            stops: recipe?.stops ?? [], sourceDirectory: configuration.sourceDirectory,
            hasDebuginfod: ThisProcess.variable("DEBUGINFOD_URLS") != nil, arguments: configuration.arguments)
        let status = try DebuggerProcess.run(invocation.command)
        if let keep = configuration.replay.keepDirectory { try KeptFiles.keep(room.upper, in: keep) }
        return status
    }

    private static func target(
        _ bundle: PreparedBundle, _ configuration: DebugConfiguration
    ) throws -> DebugTarget {
        var processes: [ProcessRecord] = []
        try bundle.reader.forEachProcess { if processes.count < 100_000 { processes.append($0) } }
        if let target = DebugTarget(
            processes, ordinal: configuration.process, outcome: bundle.run.outcome)
        {
            return target
        }
        let known = processes.prefix(10).filter { !$0.programs.isEmpty }.map(\.ordinal).joined(
            separator: ", ")
        throw ReplayError(
            .program, "the bundle has no process \(configuration.process ?? "1") that executed a program",
            remedy: "It has \(known.isEmpty ? "none" : known); name one with --process.")
    }

    /// Waits until the target stands at its first instruction.
    private static func waitForTarget(
        _ stop: ExecutionStop, _ target: DebugTarget, _ program: SupervisedProgram
    ) throws -> Int32 {
        var items = [Poll.Item(stop.arrivalNumber), Poll.Item(program.endNumber)]
        _ = Poll.wait(&items)
        guard items[0].isReady, let processID = stop.processID else {
            throw ReplayError(
                .program,
                "the replay ended before \(target.path) (process \(target.process.ordinal)) was reached",
                remedy:
                    "Look where it goes another way with `amber replay`, or name a process with --process 1.")
        }
        // The signal is on its way: the state says when it has arrived (proc_pid_stat(5)).
        for _ in 0..<2000 where ProcessFacts.state(of: processID) != UInt8(ascii: "T") {
            _ = Poll.sleep(milliseconds: 1)
        }
        return processID
    }
}
