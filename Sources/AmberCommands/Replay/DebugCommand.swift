import AmberKernel
import AmberModel
public import AmberReplay
public import ArgumentParser

/// `amber debug FILE`
struct DebugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Run a bundle again, and stand in its failing frame with a debugger.",
        usage: "amber debug FILE [options] [-- DEBUGGER-ARG ...]")

    @Argument(help: "The bundle.")
    var file: String

    @Option(help: "The debugger; the recorded runtime chooses one otherwise.")
    var debugger: Debugger?

    @Option(help: "Where it takes over: start or failure.")
    var at: DebugConfiguration.Point = .failure

    @Option(help: "The process, by its place in the tree: 1, 1.2; the failing one otherwise.")
    var process: String?

    @Option(help: "A directory with the program's sources.")
    var source: String?

    @Option(help: "Serve a debug adapter or server on this local port; 0: any.")
    var dap: UInt16?

    @Flag(help: "Add an entry that attaches to ./.vscode/launch.json.")
    var vscode = false

    @OptionGroup var changes: ChangeOptions

    @OptionGroup var recipes: RecipeOptions

    @Argument(parsing: .postTerminator, help: "Further arguments for the debugger.")
    var arguments: [String] = []

    func run() throws {
        var replay = ReplayConfiguration(bundle: file)
        changes.apply(to: &replay)
        replay.recipeFiles = recipes.recipe
        var configuration = DebugConfiguration(replay: replay)
        configuration.debugger = debugger
        configuration.point = at
        configuration.process = process
        configuration.sourceDirectory = source
        configuration.adapterPort = dap
        configuration.editorDirectory = vscode ? "." : nil
        configuration.notice = { Console().say($0) }
        configuration.arguments = ThisProcess.arguments.suffix(arguments.count).map { ByteString($0) }
        try ExitStatus.reporting { ExitCode(try DebugSession.run(configuration)) }
    }
}

extension Debugger: ExpressibleByArgument {}

extension DebugConfiguration.Point: ExpressibleByArgument {}
