import AmberHTTP
import AmberKernel
import AmberModel

/// Entries of `launch.json` that attach an editor; the fields are those of each adapter's own documentation.
enum EditorEntry {
    static func node(port: UInt16, _ stage: DebugStage) -> [String: JSONValue] {
        served("node", port: port).merging([
            "address": .string("127.0.0.1"), "localRoot": .string(localRoot(stage)),
            "remoteRoot": .string(remoteRoot(stage)), "skipFiles": .array([]),
        ]) { $1 }
    }

    static func java(port: UInt16) -> [String: JSONValue] {
        served("java", port: port).merging(["hostName": .string("127.0.0.1")]) { $1 }
    }

    static func debugpy(port: UInt16, _ stage: DebugStage) -> [String: JSONValue] {
        [
            "type": .string("debugpy"), "request": .string("attach"), "justMyCode": .bool(false),
            "connect": .object(["host": .string("127.0.0.1"), "port": .number(Double(port))]),
            "pathMappings": .array([
                .object(["localRoot": .string(localRoot(stage)), "remoteRoot": .string(remoteRoot(stage))])
            ]),
        ]
    }

    static func gdb(_ invocation: GdbInvocation, program: ByteString) -> [String: JSONValue] {
        [
            "type": .string("cppdbg"), "request": .string("attach"), "MIMode": .string("gdb"),
            "program": .string("/proc/\(invocation.processID)/root\(program)"),
            "processId": .string("\(invocation.processID)"),
            "setupCommands": .array(
                (invocation.early + ["handle SIGSTOP nostop noprint nopass"]).map {
                    .object(["text": .string($0)])
                }),
        ]
    }

    static func lldb(_ invocation: LldbInvocation) -> [String: JSONValue] {
        [
            "type": .string("lldb-dap"), "request": .string("attach"), "stopOnEntry": .bool(true),
            "attachCommands": .array(invocation.attaching.map { .string($0) }),
        ]
    }

    private static func served(_ type: String, port: UInt16) -> [String: JSONValue] {
        ["type": .string(type), "request": .string("attach"), "port": .number(Double(port))]
    }

    private static func localRoot(_ stage: DebugStage) -> String {
        stage.configuration.sourceDirectory ?? "${workspaceFolder}"
    }

    private static func remoteRoot(_ stage: DebugStage) -> String { stage.run.workingDirectory.description }
}
