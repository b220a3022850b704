import AmberBundle
import AmberHTTP
import AmberKernel
import AmberModel
import AmberSupervisor

extension DebugSession {
    /// A debugger of this machine that drives the native process.
    static func runAttached(_ stage: DebugStage) throws -> Int32 {
        let configuration = stage.configuration
        var debugger = stage.debugger
        if debugger == .go, ProgramSearch.find("dlv") == nil {
            configuration.notice("delve is not installed (apt-get install delve); gdb takes its place.")
            debugger = .gdb
        } else if debugger == .go, let program = try stage.target().process.programs.last,
            !DelveInvocation.canRead(stage.bundle.traits(of: program))
        {
            configuration.notice(
                "\(program.path) has no debug information, which delve needs (go build without -ldflags '-s -w'); gdb takes its place."
            )
            debugger = .gdb
        }
        if debugger == .lldb { try LldbInvocation.checkStart() }
        let isServed = configuration.adapterPort != nil || configuration.editorDirectory != nil
        if isServed { return try serveEditor(stage, debugger) }
        return try attach(stage) { processID, target, _ in
            let command: [ByteString]
            switch debugger {
            case .lldb: command = LldbInvocation(processID, target, stage).command
            case .go: command = try DelveInvocation(processID, target, stage).command
            default: command = GdbInvocation(processID, target, stage).command
            }
            return try DebuggerProcess.run(command, releasing: nil)
        }
    }

    /// Leaves the process stopped at its first instruction for an editor, with an adapter behind a port or without.
    private static func serveEditor(_ stage: DebugStage, _ debugger: Debugger) throws -> Int32 {
        let configuration = stage.configuration
        let adapter = try configuration.adapterPort.map { _ in try NativeAdapter(debugger) }
        return try attach(stage) { processID, target, replay in
            let gdb = GdbInvocation(processID, target, stage)
            let lldb = LldbInvocation(processID, target, stage)
            var entry =
                debugger == .lldb ? EditorEntry.lldb(lldb) : EditorEntry.gdb(gdb, program: target.path)
            let tell = { (port: UInt16?) in
                if let port {
                    entry["debugServer"] = .number(Double(port))
                    // What gdb's own adapter calls it ("Debugging with GDB", Debugger Adapter Protocol).
                    if debugger != .lldb { entry["pid"] = .number(Double(processID)) }
                }
                try announce(entry, port: port, processID, stage)
            }
            guard let adapter, let port = configuration.adapterPort else {
                try tell(nil)
                return try Interruption().wait(for: replay.program.endNumber) ? 0 : 130
            }
            return try AdapterProcess.serve(
                adapter.command(gdb), port: port, until: replay.program.endNumber, ready: tell)
        }
    }

    private static func announce(
        _ entry: [String: JSONValue], port: UInt16?, _ processID: Int32, _ stage: DebugStage
    ) throws {
        let configuration = stage.configuration
        if let port {
            configuration.notice("a debug adapter waits at 127.0.0.1:\(port) (DAP, request `attach`).")
        }
        if let directory = configuration.editorDirectory {
            let file = try LaunchFile.add(entry, title: stage.title, in: directory)
            configuration.notice("\(file) has an entry that attaches to process \(processID).")
        } else {
            let text = String(decoding: try RecordJSON.encode(entry), as: UTF8.self)
            configuration.notice("what the client sends to attach: \(text)")
        }
    }

    /// Starts the replay with the target stopped at its first instruction, and lets `body` work on it.
    static func attach(
        _ stage: DebugStage, isQuiet: Bool = false,
        _ body: (Int32, DebugTarget, RunningReplay) throws -> Int32
    ) throws -> Int32 {
        let target = try stage.target()
        let launch = try ReplayLaunch(stage.stage, stage.configuration.replay)
        let stop = try ExecutionStop(target, next: stage.stage.playback)
        let null = try Files.open("/dev/null", Files.Flag.writeOnly)
        let streams = try ReplayStreams(
            stage.run, input: stage.bundle.stream("stdin"),
            shown: isQuiet ? (null.number, null.number) : (1, 2))
        let replay = try launch.start(streams.streams, stop)
        defer { replay.end() }
        let processID = try waitForTarget(stop, target, replay.program)
        return try body(processID, target, replay)
    }

    /// Waits until the target stands at its first instruction.
    private static func waitForTarget(
        _ stop: ExecutionStop, _ target: DebugTarget, _ program: SupervisedProgram
    ) throws -> Int32 {
        let interruption = try Interruption()
        var items = [Poll.Item(stop.arrivalNumber), Poll.Item(program.endNumber), interruption.item]
        while !items.contains(where: \.isReady) { _ = Poll.wait(&items) }
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
