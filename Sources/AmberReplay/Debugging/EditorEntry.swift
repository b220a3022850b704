import AmberKernel
import AmberModel

/// Entries of `launch.json` that attach an editor; the fields are those of each adapter's own documentation.
enum EditorEntry {
    static func node(port: UInt16, _ stage: DebugStage) -> [String: JSONValue] {
        served("node", port: port).merging([
            "address": .text("127.0.0.1"), "localRoot": .text(localRoot(stage)),
            "remoteRoot": .text(remoteRoot(stage)), "skipFiles": .list([]),
        ]) { $1 }
    }

    static func java(port: UInt16) -> [String: JSONValue] {
        served("java", port: port).merging(["hostName": .text("127.0.0.1")]) { $1 }
    }

    static func debugpy(port: UInt16, _ stage: DebugStage) -> [String: JSONValue] {
        [
            "type": .text("debugpy"), "request": .text("attach"), "justMyCode": .flag(false),
            "connect": .object(["host": .text("127.0.0.1"), "port": .number(Double(port))]),
            "pathMappings": .list([
                .object(["localRoot": .text(localRoot(stage)), "remoteRoot": .text(remoteRoot(stage))])
            ]),
        ]
    }

    static func gdb(_ invocation: GdbInvocation, program: ByteString) -> [String: JSONValue] {
        [
            "type": .text("cppdbg"), "request": .text("attach"), "MIMode": .text("gdb"),
            "program": .text("/proc/\(invocation.processID)/root\(program)"),
            "processId": .text("\(invocation.processID)"),
            "setupCommands": .list(
                (invocation.early + ["handle SIGSTOP nostop noprint nopass"]).map {
                    .object(["text": .text($0)])
                }),
        ]
    }

    static func lldb(_ invocation: LldbInvocation) -> [String: JSONValue] {
        [
            "type": .text("lldb-dap"), "request": .text("attach"), "stopOnEntry": .flag(true),
            "attachCommands": .list(invocation.attaching.map { .text($0) }),
        ]
    }

    private static func served(_ type: String, port: UInt16) -> [String: JSONValue] {
        ["type": .text(type), "request": .text("attach"), "port": .number(Double(port))]
    }

    private static func localRoot(_ stage: DebugStage) -> String {
        stage.configuration.sourceDirectory ?? "${workspaceFolder}"
    }

    private static func remoteRoot(_ stage: DebugStage) -> String { stage.run.workingDirectory.description }
}
