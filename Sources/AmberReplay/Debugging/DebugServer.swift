import AmberHTTP
import AmberKernel
import AmberModel
import AmberSupervisor

/// A debug server of a runtime: how it is started inside, and what talks to it out here.
enum DebugServer {
    /// Node's inspector (the Chrome DevTools protocol).
    case node
    /// The JVM's debug agent (JDWP).
    case java
    /// debugpy, which speaks the Debug Adapter Protocol.
    case debugpy(DebugpyPackage)

    /// The port inside: below the range that programs get by themselves (ip_local_port_range, ip(7)).
    var insidePort: UInt16 {
        switch self {
        case .node: 27229
        case .java: 27005
        case .debugpy: 27678
        }
    }

    /// The port out here, where it is free: what the runtime's own documentation uses.
    var usualPort: UInt16 {
        switch self {
        case .node: 9229
        case .java: 5005
        case .debugpy: 5678
        }
    }

    /// The client with a prompt; nil for none.
    var client: String? {
        switch self {
        case .node: "node"
        case .java: "jdb"
        case .debugpy: nil
        }
    }

    /// What to type, for those who have another client.
    func advice(port: UInt16, program: ByteString) -> String {
        switch self {
        case .node:
            "the inspector is at 127.0.0.1:\(port): open chrome://inspect and add it under Configure, or run: "
                + "node inspect 127.0.0.1:\(port)"
        case .java:
            "the JVM waits at 127.0.0.1:\(port): attach an IDE (remote JVM debug), or run: jdb -attach 127.0.0.1:\(port)"
        case .debugpy:
            "debugpy waits at 127.0.0.1:\(port): attach an editor (a DAP client, request `attach`)"
        }
    }

    /// An editor's entry that attaches.
    func editorEntry(_ port: UInt16, _ stage: DebugStage) -> [String: JSONValue] {
        switch self {
        case .node: EditorEntry.node(port: port, stage)
        case .java: EditorEntry.java(port: port)
        case .debugpy: EditorEntry.debugpy(port: port, stage)
        }
    }

    /// Refuses what cannot work, before anything starts.
    func check(_ stage: DebugStage) throws {
        switch self {
        case .node: break
        case .java: try JavaAgent.check(stage)
        case .debugpy: break
        }
    }

    /// The launch of the replay, with the server in it.
    func prepare(
        _ stage: DebugStage, _ target: DebugTarget?
    ) throws -> (launch: ReplayLaunch, gate: any CallHandler) {
        let port = Array("\(insidePort)".utf8)
        let point = Array(stage.configuration.point.rawValue.utf8)
        let settings = [(name: "POINT", value: point), (name: "PORT", value: port)]
        switch self {
        case .node:
            guard let module = Debugger.node.module else { break }
            let prepared = try DebugSession.prepare(stage, module, target, settings)
            return (prepared.0, prepared.1)
        case .java:
            return try JavaAgent.prepare(stage, target, port: insidePort)
        case .debugpy(let package):
            guard let module = Debugger.pdb.module else { break }
            let prepared = try DebugSession.prepare(
                stage, module, target, settings + [(name: "ADAPTER", value: port)])
            try package.install(in: stage.stage.room.changes + DebugModule.directory)
            try PythonLoan(stage.bundle).lend(to: stage.bundle, in: stage.stage.room.changes)
            return (prepared.0, prepared.1)
        }
        return (try ReplayLaunch(stage.stage, stage.configuration.replay), stage.stage.playback)
    }

    /// Runs the client on our terminal, in the failing frame where that can be.
    func runClient(
        _ port: UInt16, _ door: SocketDoor, _ program: SupervisedProgram, _ stage: DebugStage
    ) throws -> Int32 {
        switch self {
        case .node: return try NodeClient.run(port, insidePort, door, program, stage)
        case .java: return try JavaClient.run(port, stage)
        case .debugpy: return 125
        }
    }
}
