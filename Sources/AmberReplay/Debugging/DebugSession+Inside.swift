import AmberKernel
import AmberModel
import AmberRecipes
import AmberSupervisor

extension DebugSession {
    /// The runtime's own debugger, inside, with a console beside the program's streams.
    static func runInside(_ stage: DebugStage) throws -> Int32 {
        let debugger = stage.debugger
        try stage.refuseAdapter(debugger, "Leave --dap and --vscode out.")
        guard let module = debugger.module else { return 125 }
        let target = try stage.runtimeTarget()
        if debugger == .bash { try refuseOtherShells(target, stage) }
        let commands = try stage.commands(of: debugger)
        let typed = Array(commands.flatMap { $0.bytes + [UInt8(ascii: "\n")] })
        var settings = [(name: "POINT", value: Array(stage.configuration.point.rawValue.utf8))]
        if debugger == .pdb { settings.append(("COMMANDS", typed)) }

        let console = try DebugConsole()
        let (launch, gate) = try prepare(stage, module, target, settings)
        var own = launch
        own.ownSteps = console.steps(
            input: DebugModule.descriptors.input, output: DebugModule.descriptors.output)
        let streams = try ReplayStreams(stage.run, input: stage.bundle.stream("stdin"))
        let running = try own.start(streams.streams, gate)
        try console.connect(commands: debugger == .pdb ? [] : typed)
        let result = try running.run()
        console.finish()
        _ = streams.collect()
        return result.outcome.shellStatus
    }

    /// A launch with a module and its variables, and the handler that knows the module's process.
    static func prepare(
        _ stage: DebugStage, _ module: DebugModule, _ target: DebugTarget?,
        _ settings: [(name: String, value: [UInt8])]
    ) throws -> (ReplayLaunch, TargetGate) {
        var replay = stage.configuration.replay
        let entries = module.environment(of: stage.run, replay, settings: settings)
        replay.environment =
            entries
            + replay.environment.filter { entry in
                !module.variables.contains { entry.bytes.starts(with: Array("\($0.name)=".utf8)) }
            }
        try module.install(in: stage.stage.room.changes)
        return (
            try ReplayLaunch(stage.stage, replay), TargetGate(target, next: stage.stage.playback)
        )
    }

    /// Only bash reads BASH_ENV, and only under its own name (bash(1), "Invocation").
    private static func refuseOtherShells(
        _ target: DebugTarget?, _ stage: DebugStage
    ) throws(ReplayError) {
        guard let target, let program = target.process.programs.last else { return }
        // A script is started as what its first line names, under that name.
        let interpreter = stage.bundle.traits(of: program).interpreters.last
        let called =
            interpreter
            ?? program.arguments.first?.bytes.split(separator: UInt8(ascii: "/")).last.map(Array.init)
        let isBash = (interpreter ?? target.path.bytes).suffix(4).elementsEqual("bash".utf8)
        guard !isBash || called == Array("sh".utf8) else { return }
        let command = program.arguments.dropFirst().map(\.description).joined(separator: " ")
        throw ReplayError(
            .debugger, "\(target.path) has no hook for a debugger; only bash, under its own name, has one",
            remedy: "See each command with: amber exec FILE -- sh -x \(command)")
    }
}
