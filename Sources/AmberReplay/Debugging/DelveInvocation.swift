import AmberKernel
import AmberModel

/// delve's arguments: attached to a Go process in a sandbox, brought to its panic by a file of commands.
///
/// delve stops at unrecovered panics and fatal errors by itself (`help breakpoints`), and reads the executable through
/// `/proc/PID/exe`.
struct DelveInvocation {
    let processID: Int32
    let commandFile: String
    let arguments: [ByteString]

    /// Writes the file of commands into the replay's room.
    init(_ processID: Int32, _ stage: DebugStage) throws {
        self.processID = processID
        commandFile = stage.stage.room.directory + "/delve"
        var lines: [String] = []
        if let sources = stage.configuration.sourceDirectory {
            lines.append("config substitute-path \(stage.run.workingDirectory) \(sources)")
        }
        if stage.configuration.point == .failure { lines.append("continue") }
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath(commandFile), flags, mode: 0o600)
        try Files.writeAll(file.number, Array(lines.joined(separator: "\n").utf8))
        arguments = stage.configuration.arguments
    }

    /// argv, the program first.
    var command: [ByteString] {
        let patience: [ByteString] =
            Terminal.isTerminal(0) ? [] : ["--allow-non-terminal-interactive=true"]
        return [
            "dlv", "attach", ByteString("\(processID)"), "--check-go-version=false", "--init",
            ByteString(commandFile),
        ]
            + patience + arguments
    }
}
