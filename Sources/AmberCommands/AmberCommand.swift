import AmberCapture
import AmberKernel
public import ArgumentParser

/// The command `amber` and its verbs.
public struct AmberCommand: ParsableCommand {
    /// Name, help and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "amber",
        abstract: "Takes a failing production run home and brings it to life again.",
        discussion: ExitStatus.table,
        version: AmberVersion.current,
        subcommands: [
            CaptureCommand.self, ServeCommand.self, ReplayCommand.self, DebugCommand.self, ShellCommand.self,
            ExecCommand.self,
            ShowCommand.self,
            VerifyCommand.self, ExportCommand.self, StoreCommand.self, DoctorCommand.self,
            RecipesCommand.self,
        ])

    /// Made by the parser.
    public init() {}

    /// Runs the command line of this process, and ends the process.
    public static func start() -> Never {
        if let plain = PlainCapture(ThisProcess.arguments) {
            ThisProcess.exit(CaptureRun(configuration: plain.configuration, isQuiet: false).status())
        }
        main()
        ThisProcess.exit(0)
    }
}
