import AmberCapture
import AmberKernel
import AmberModel
import AmberServe
import ArgumentParser

/// `amber serve -- CMD ARG…`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run a service behind a recording proxy; keep failing requests.",
        usage: "amber serve --listen PORT --upstream PORT [options] -- CMD [ARG ...]")

    @Option(help: "Where clients come: PORT or HOST:PORT.")
    var listen: ServiceAddress

    @Option(help: "Where the service listens: PORT or HOST:PORT.")
    var upstream: ServiceAddress

    @Option(help: "Where bundles go (default: the working directory).")
    var outputDir: String = "."

    @OptionGroup var recipes: RecipeOptions

    @Argument(parsing: .postTerminator, help: "The service and its arguments.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError("no command: write it after `--`, as in `amber serve … -- python app.py`")
        }
    }

    func run() throws {
        let console = Console()
        do {
            let outcome = try Serve.run(configuration) { console.say($0) }
            throw ExitCode(outcome.shellStatus)
        } catch let error as CaptureError {
            console.say(error.description)
            throw ExitCode(error.exitStatus)
        } catch let error as ServeError {
            console.say(error.description)
            throw ExitStatus.supervision
        }
    }

    private var configuration: ServeConfiguration {
        var capture = CaptureConfiguration(
            arguments: ThisProcess.arguments.suffix(command.count).map { ByteString($0) })
        capture.recipeFiles = recipes.recipe
        var configuration = ServeConfiguration(capture: capture, listen: listen, upstream: upstream)
        configuration.outputDirectory = outputDir
        return configuration
    }
}

extension ServiceAddress: ExpressibleByArgument {
    /// Reads `PORT` or `HOST:PORT`.
    package init?(argument: String) { self.init(argument) }
}
