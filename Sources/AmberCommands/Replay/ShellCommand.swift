import AmberKernel
import AmberModel
import AmberReplay
import ArgumentParser

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
        commandName: "exec", abstract: "Run a command inside a bundle's sandbox.",
        usage: "amber exec FILE [options] -- CMD [ARG ...]")

    @Argument(help: "The bundle.")
    var file: String

    @OptionGroup var changes: ChangeOptions

    @Argument(parsing: .postTerminator, help: "The command; it must be in the bundle.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError("no command: write it after `--`, as in `amber exec x.amber -- ls -l`")
        }
    }

    func run() throws {
        let arguments = ThisProcess.arguments.suffix(command.count).map { ByteString($0) }
        try SandboxCommand(file: file, changes: changes, command: Array(arguments)).run()
    }
}
