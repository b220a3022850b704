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
        try prepared(configuration) { place in
            switch configuration.debugger ?? debugger(for: place.stage.bundle.run, place.recipe) {
            case .gdb:
                try attach(configuration, place, isReleased: false) { processID, target in
                    gdb(processID, target, configuration, place)
                }
            case .pdb: try runInside(configuration, place)
            }
        }
    }

    /// Runs a tracer of this machine over a replay and returns when it has ended.
    ///
    /// The tracer is attached before the program's first instruction, which it then lets run.
    ///
    /// - Parameters:
    ///   - tool: The tracer.
    ///   - configuration: What is replayed; `process` nil means the first, and `arguments` are the tracer's.
    /// - Returns: The tracer's status, as a shell would report it.
    /// - Throws: As `run`.
    public static func trace(_ tool: Tracer, _ configuration: DebugConfiguration) throws -> Int32 {
        var configuration = configuration
        configuration.process = configuration.process ?? "1"
        return try prepared(configuration) { place in
            try attach(configuration, place, isReleased: true) { processID, _ in
                [ByteString(tool.rawValue), ByteString("-f")] + configuration.arguments
                    + [ByteString("-p"), ByteString("\(processID)")]
            }
        }
    }

    /// What every way of debugging works with.
    private struct Circumstances {
        let stage: ReplayStage
        let recipe: Recipe?
    }

    /// Opens the bundle and makes room, lets `body` debug, and keeps what was written where that is wanted.
    private static func prepared(
        _ configuration: DebugConfiguration, _ body: (Circumstances) throws -> Int32
    ) throws -> Int32 {
        let stage = try ReplayStage(configuration.replay)
        let run = stage.bundle.run
        let recipe = RecipeLibrary.recipe(
            runtime: run.signature.runtime, executable: run.executable, arguments: run.arguments,
            in: try RecipeCollection(files: configuration.replay.recipeFiles).recipes)
        let status = try body(Circumstances(stage: stage, recipe: recipe))
        if let keep = configuration.replay.keepDirectory { try KeptFiles.keep(stage.room.upper, in: keep) }
        return status
    }

    private static func gdb(
        _ processID: Int32, _ target: DebugTarget, _ configuration: DebugConfiguration, _ place: Circumstances
    ) -> [ByteString] {
        GdbInvocation(
            processID: processID, point: configuration.point,
            outcome: target.process.ordinal == "1" ? place.stage.bundle.run.outcome : target.process.outcome,
            stops: place.recipe?.stops ?? [], runtimeArguments: place.recipe?.debuggerArguments ?? [],
            sourceDirectory: configuration.sourceDirectory,
            hasDebuginfod: ThisProcess.variable("DEBUGINFOD_URLS") != nil, arguments: configuration.arguments
        ).command
    }

    /// The recorded runtime's own, unless a signal ended it: that is the native code's failure.
    private static func debugger(for run: RunRecord, _ recipe: Recipe?) -> Debugger {
        if case .signaled = run.outcome { return .gdb }
        return recipe?.debugger.flatMap { Debugger(rawValue: $0) } ?? .gdb
    }

    /// A debugger of this machine, attached to the process from outside; `command` is its argv for a process by its
    /// pid. Where `isReleased` the process runs on once something traces it; else the debugger decides.
    private static func attach(
        _ configuration: DebugConfiguration, _ place: Circumstances, isReleased: Bool,
        _ command: (Int32, DebugTarget) -> [ByteString]
    ) throws -> Int32 {
        let bundle = place.stage.bundle
        let target = try target(bundle, configuration)
        let launch = try ReplayLaunch(place.stage, configuration.replay)
        let stop = try ExecutionStop(target, next: place.stage.playback)
        let streams = try ReplayStreams(bundle.run, input: bundle.stream("stdin"))
        let replay = try launch.start(streams.streams, stop)
        defer { replay.end() }
        let processID = try waitForTarget(stop, target, replay.program)
        return try DebuggerProcess.run(command(processID, target), releasing: isReleased ? processID : nil)
    }

    /// The runtime's own debugger, out of the bundle, with a console beside the program's streams.
    private static func runInside(
        _ configuration: DebugConfiguration, _ place: Circumstances
    ) throws -> Int32 {
        let bundle = place.stage.bundle
        let invocation = try PdbInvocation(configuration)
        var replay = configuration.replay
        replay.environment += invocation.environment(of: bundle.run, replay)
        let console = try DebugConsole()
        try invocation.install(in: place.stage.room.changes)
        var launch = try ReplayLaunch(place.stage, replay)
        launch.ownSteps = console.steps(
            input: PdbDriver.descriptors.input, output: PdbDriver.descriptors.output)
        let streams = try ReplayStreams(bundle.run, input: bundle.stream("stdin"))
        let running = try launch.start(streams.streams, place.stage.playback)
        try console.connect()
        let result = try running.run()
        console.finish()
        _ = streams.collect()
        return result.outcome.shellStatus
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
