import AmberKernel
import AmberModel

/// jdb, brought to the uncaught exception before its user may type.
///
/// The agent takes one debugger, so nobody can bring the JVM there beforehand; jdb reads its standard input as it is, without
/// editing, so that a pipe loses nothing.
enum JavaClient {
    static func run(_ port: UInt16, _ stage: DebugStage) throws -> Int32 {
        let console = try DebugConsole()
        var commands: [String] = []
        if let sources = stage.configuration.sourceDirectory { commands.append("use \(sources)") }
        if stage.configuration.point == .failure {
            commands += ["catch uncaught java.lang.Throwable", "resume"]
        }
        let typed = try stage.commands(of: .java).flatMap { $0.bytes + [UInt8(ascii: "\n")] }
        var pace = DebugConsole.Pace()
        if stage.configuration.point == .failure {
            // QUIRK: jdb falls over where the JVM goes on while it tells of its start (TTY.vmInterrupted).
            pace.greeting = ["VM Started:", "] "]
            // The place is told first, then the prompt: THREAD[FRAME].
            pace.marks = [
                ["Exception occurred:", "bci=", "] "], ["The application exited"],
                ["application has been disconnected"],
            ]
        }
        let status = try DebuggerProcess.run(
            // Its own words are waited for, so they must be English.
            ["jdb", "-J-Duser.language=en", "-attach", ByteString("127.0.0.1:\(port)")], releasing: nil,
            steps: console.steps(input: 0, output: 1)
        ) {
            try console.connect(
                opening: Array(commands.map { $0 + "\n" }.joined().utf8), commands: typed, pace: pace)
        }
        console.finish()
        return status
    }
}
