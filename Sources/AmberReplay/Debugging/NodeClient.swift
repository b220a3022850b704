import AmberKernel
import AmberModel
import AmberSupervisor

/// `node inspect` on a program that already stands where it fails.
enum NodeClient {
    /// Brings the program to its stop, then lets the client attach; ours stays attached and keeps it there.
    static func run(
        _ port: UInt16, _ insidePort: UInt16, _ door: SocketDoor, _ program: SupervisedProgram,
        _ stage: DebugStage
    ) throws -> Int32 {
        let inspector = try InspectorConnection {
            let socket = try door.socket(domain: Sockets.internet, type: Sockets.stream)
            let code = Sockets.connect(socket.number, to: Sockets.loopback(port: insidePort))
            guard code == 0 else {
                throw SyscallError(call: "connect", code: code, subject: "the inspector")
            }
            return socket
        }
        try begin(inspector)
        // The program runs now, for as long as it takes to fail.
        guard try arrives(inspector, stage) else {
            inspector.end()
            stage.configuration.notice("the program ended without what it failed with; try --at start.")
            return try Interruption().wait(for: program.endNumber) ? 1 : 130
        }
        let follower = Follower(inspector)
        let watcher = try KernelThread("amber-inspect") { follower.follow() }
        defer {
            follower.end()
            watcher.join()
        }
        let command: [ByteString] = ["node", "inspect", ByteString("127.0.0.1:\(port)")]
        let typed = try stage.commands(of: .node).flatMap { $0.bytes + [UInt8(ascii: "\n")] }
        // On a terminal it edits lines and completes names; what is piped to it is lost until it asks.
        if typed.isEmpty, Terminal.isTerminal(0) { return try DebuggerProcess.run(command, releasing: nil) }
        let console = try DebugConsole()
        let status = try DebuggerProcess.run(
            command, releasing: nil, steps: console.steps(input: 0, output: 1)
        ) {
            try console.connect(
                commands: typed,
                pace: DebugConsole.Pace(
                    prompt: "debug> ", resuming: ["c", "cont", "n", "next", "s", "step", "o", "out"],
                    stops: ["break in ", "exception in ", "Break on start in "]))
        }
        console.finish()
        return status
    }

    /// Lets the program run until it stands where it failed; false where it never does.
    ///
    /// Everything thrown stops it for a moment: what a program catches itself, or what V8 takes for caught (a rejection
    /// that is awaited), is the failure too where the recording says so.
    private static func arrives(_ inspector: InspectorConnection, _ stage: DebugStage) throws -> Bool {
        let interruption = try Interruption()
        let signature = stage.run.signature
        while let event = inspector.next(until: interruption) {
            switch event {
            case .resumed: continue
            case .ended: return false
            case .paused(let pause):
                if !pause.isThrow || pause.data?.uncaught ?? false || isRecorded(pause, signature) {
                    return true
                }
                try inspector.send("Debugger.resume")
            }
        }
        return false
    }

    private static func isRecorded(_ pause: InspectorConnection.Pause, _ signature: FailureSignature) -> Bool
    {
        guard signature.runtime == "node", let type = signature.type, let line = signature.frames.first?.line,
            let description = pause.data?.description, let frame = pause.callFrames.first
        else { return false }
        // The message is normalised from its first placeholder on.
        let message = String((signature.message ?? "").prefix { $0 != "<" && $0 != "\n" })
        return description.hasPrefix(type) && (message.isEmpty || description.contains(message))
            && frame.location.lineNumber + 1 == line
    }

    private static func begin(_ inspector: InspectorConnection) throws(SyscallError) {
        try inspector.send("Runtime.enable")
        try inspector.send("NodeRuntime.notifyWhenWaitingForDisconnect", #"{"enabled":true}"#)
        try inspector.send("Debugger.enable")
        try inspector.send("Debugger.setPauseOnExceptions", #"{"state":"all"}"#)
        try inspector.send("Runtime.runIfWaitingForDebugger")
    }

    /// Reads what the inspector says while the client works.
    ///
    /// `@unchecked Sendable`: the connection's buffer is the reading thread's alone; `end` only shuts the socket down.
    private final class Follower: @unchecked Sendable {
        private let inspector: InspectorConnection
        init(_ inspector: InspectorConnection) { self.inspector = inspector }

        func follow() {
            while let event = inspector.next() {
                switch event {
                case .paused: continue
                // Every client sets for itself when to stop, and the last one wins.
                case .resumed:
                    try? inspector.send("Debugger.setPauseOnExceptions", #"{"state":"uncaught"}"#)
                case .ended: return inspector.end()
                }
            }
        }

        func end() { inspector.end() }
    }
}
