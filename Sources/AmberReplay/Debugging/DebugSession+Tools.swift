import AmberKernel
import AmberModel
import AmberSupervisor

extension DebugSession {
    /// Runs a tool of this machine over a replay and returns when it has ended.
    ///
    /// One that attaches does so before the program's first instruction, which it then lets run.
    ///
    /// - Parameters:
    ///   - tool: The tool.
    ///   - configuration: What is replayed; `process` nil means the first, and `arguments` are the tool's.
    /// - Returns: The tool's status, as a shell would report it.
    /// - Throws: As `run`.
    public static func trace(_ tool: HostTool, _ configuration: DebugConfiguration) throws -> Int32 {
        var configuration = configuration
        configuration.process = configuration.process ?? "1"
        configuration.point = .start
        let stage = try DebugStage(configuration)
        let name = ByteString(tool.rawValue)
        guard ProgramSearch.find(tool.rawValue) != nil else { throw DebuggerProcess.missing(tool.rawValue) }
        let status: Int32
        switch tool {
        case .strace, .ltrace:
            status = try attach(stage) { processID, _, _ in
                try DebuggerProcess.run(
                    [name, "-f"] + configuration.arguments + ["-p", ByteString("\(processID)")],
                    releasing: processID)
            }
        case .perf:
            guard let command = configuration.arguments.first, !command.bytes.starts(with: "-".utf8) else {
                throw ReplayError(
                    .debugger, "perf needs to be told what to do",
                    remedy: "Name it, as in: amber exec FILE --tool perf -- stat, or: -- record -o perf.data")
            }
            status = try attach(stage) { processID, _, _ in
                try DebuggerProcess.run(
                    [name] + configuration.arguments + ["-p", ByteString("\(processID)")],
                    releasing: processID,
                    isAttached: holdsCounters)
            }
        case .gdb:
            status = try attach(stage) { processID, target, _ in
                try DebuggerProcess.run(GdbInvocation(processID, target, stage).command, releasing: nil)
            }
        case .valgrind: status = try runInValgrind(stage)
        }
        try keep(stage)
        return status
    }

    /// perf traces nobody: it is ready when it has opened its counters, which are still disabled or count from here.
    private static func holdsCounters(_ processID: Int32) -> Bool {
        let place = "/proc/\(processID)/fd"
        guard let tree = try? Files.open(KernelPath(place), Files.Flag.readOnly | Files.Flag.directory),
            let names = try? Files.names(of: tree.number)
        else { return false }
        return names.contains { name in
            let link = try? Files.readLink(KernelPath(Array("\(place)/".utf8) + name))
            return link?.elementsEqual("anon_inode:[perf_event]".utf8) ?? false
        }
    }

    /// valgrind is the program, and the program its guest: its files are lent to the sandbox.
    private static func runInValgrind(_ stage: DebugStage) throws -> Int32 {
        let loan = try ValgrindLoan(stage.configuration.arguments)
        try loan.lend(to: stage.bundle, in: stage.stage.room.changes)
        var replay = stage.configuration.replay
        replay.command =
            loan.command + stage.configuration.arguments + [stage.run.executable]
            + stage.run.arguments.dropFirst()
        replay.environment += loan.environment
        let streams = try ReplayStreams(stage.run, input: stage.bundle.stream("stdin"))
        let running = try ReplayLaunch(stage.stage, replay).start(streams.streams, stage.stage.playback)
        let result = try running.run()
        _ = streams.collect()
        return result.outcome.shellStatus
    }
}
