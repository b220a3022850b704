import AmberKernel
import AmberModel
import AmberSupervisor

extension DebugSession {
    /// A runtime's own server, reached from this machine through a forwarded port.
    static func runServed(_ stage: DebugStage, _ server: DebugServer) throws -> Int32 {
        try server.check(stage)
        let target = try stage.runtimeTarget()
        let launch = try server.prepare(stage, target)
        let streams = try ReplayStreams(stage.run, input: stage.bundle.stream("stdin"))
        let replay = try launch.launch.start(streams.streams, launch.gate)
        defer { replay.end() }
        guard waitForServer(server.insidePort, replay.program) else {
            stage.configuration.notice("the program ended, and no debugger had been reached.")
            return try finish(replay, streams)
        }
        let door = try SocketDoor(into: replay.program.processID)
        let forward = try PortForward(
            from: stage.configuration.adapterPort ?? server.usualPort,
            isFixed: stage.configuration.adapterPort.map { $0 != 0 } ?? false,
            to: Sockets.loopback(port: server.insidePort), through: door)
        defer { forward.end() }
        stage.configuration.notice(
            server.advice(port: forward.port, program: target?.path ?? stage.run.executable))
        if let directory = stage.configuration.editorDirectory {
            let file = try LaunchFile.add(
                server.editorEntry(forward.port, stage), title: stage.title, in: directory)
            stage.configuration.notice("\(file) has an entry that attaches.")
        }
        let isServedOnly =
            stage.configuration.adapterPort != nil || stage.configuration.editorDirectory != nil
        guard !isServedOnly, let client = server.client, ProgramSearch.find(client) != nil else {
            return try finish(replay, streams)
        }
        return try server.runClient(forward.port, door, replay.program, stage)
    }

    private static func finish(_ replay: RunningReplay, _ streams: ReplayStreams) throws -> Int32 {
        // A program that waits for its debugger may wait for ever, and pass no signal on.
        guard try Interruption().wait(for: replay.program.endNumber) else { return 128 + Signals.terminate }
        let result = try replay.run()
        _ = streams.collect()
        return result.outcome.shellStatus
    }

    /// True once somebody listens; false where the program ended before.
    private static func waitForServer(_ port: UInt16, _ program: SupervisedProgram) -> Bool {
        let interruption = try? Interruption()
        while !Poll.isReadable(program.endNumber), interruption?.signal == nil {
            if ListeningPorts.contain(port, ofProcess: program.processID) { return true }
            _ = Poll.sleep(milliseconds: 5)
        }
        return false
    }
}
