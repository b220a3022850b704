import AmberKernel
import AmberModel
public import AmberReplay
public import ArgumentParser

/// `amber shell FILE` and what it shares with `amber exec`.
struct ShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell", abstract: "Open a shell inside a bundle's sandbox.")

    @Argument(help: "The bundle.")
    var file: String

    @OptionGroup var changes: ChangeOptions

    func run() throws { try SandboxCommand(file: file, changes: changes, command: nil).run() }
}

/// `amber exec FILE -- CMD ARG…`
struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract:
            "Run a command inside a bundle's sandbox, or a tool of this machine over the recorded one.",
        usage: """
            amber exec FILE [options] -- CMD [ARG ...]
            amber exec FILE --tool TOOL [options] [-- TOOL-ARG ...]
            """)

    @Argument(help: "The bundle.")
    var file: String

    @OptionGroup var changes: ChangeOptions

    @Option(help: "A tool of this machine that looks at the recorded command.")
    var tool: HostTool?

    @Argument(
        parsing: .postTerminator, help: "The command, which must be in the bundle, or the tool's arguments."
    )
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty || tool != nil else {
            throw ValidationError("no command: write it after `--`, as in `amber exec x.amber -- ls -l`")
        }
    }

    func run() throws {
        let arguments = ThisProcess.arguments.suffix(command.count).map { ByteString($0) }
        guard let tool else {
            return try SandboxCommand(file: file, changes: changes, command: Array(arguments)).run()
        }
        var replay = ReplayConfiguration(bundle: file)
        changes.apply(to: &replay)
        var configuration = DebugConfiguration(replay: replay)
        configuration.arguments = Array(arguments)
        try ExitStatus.reporting { ExitCode(try DebugSession.trace(tool, configuration)) }
    }
}

extension HostTool: ExpressibleByArgument {}
