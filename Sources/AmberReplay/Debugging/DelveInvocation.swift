import AmberKernel
import AmberModel
import AmberRecipes

/// delve's arguments: attached to a Go process in a sandbox, brought to its panic by a file of commands.
///
/// delve stops at unrecovered panics and fatal errors by itself (`help breakpoints`), and reads the executable through
/// `/proc/PID/exe`.
struct DelveInvocation {
    let processID: Int32
    let commandFile: String
    let arguments: [ByteString]

    /// Writes the file of commands into the replay's room.
    init(_ processID: Int32, _ target: DebugTarget, _ stage: DebugStage) throws {
        self.processID = processID
        commandFile = stage.stage.room.directory + "/delve"
        var lines: [String] = []
        if let sources = stage.configuration.sourceDirectory {
            lines.append("config substitute-path \(stage.run.workingDirectory) \(sources)")
        }
        if stage.configuration.point == .failure {
            let outcome = target.process.ordinal == "1" ? stage.run.outcome : target.process.outcome
            if case .exited(let code) = outcome {
                lines += ["break exit os.Exit", "condition exit code == \(code)"]
            }
            lines.append("continue")
        }
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath(commandFile), flags, mode: 0o600)
        try Files.writeAll(file.number, Array(lines.joined(separator: "\n").utf8))
        arguments = stage.configuration.arguments
    }

    /// Tells whether an executable has what delve refuses to work without: Go's linker leaves it out for `-s` and `-w`.
    static func canRead(_ program: ProgramTraits) -> Bool {
        program.sections.contains { $0 == ".debug_info" || $0 == ".zdebug_info" }
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
