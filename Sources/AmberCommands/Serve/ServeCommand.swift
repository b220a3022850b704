import AmberCapture
import AmberKernel
import AmberModel
import AmberServe
import ArgumentParser

/// `amber serve -- CMD ARG…`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run a service behind a recording proxy; keep failing requests.",
        usage: "amber serve --listen PORT --upstream PORT [options] -- CMD [ARG ...]",
        discussion: """
            Clients talk to --listen, the service listens on --upstream. A failing request becomes a bundle
            in --output-dir; `amber replay` sends it to the service again, in a sandbox. Patterns stand for
            themselves anywhere in a line, {_} for anything. A bundle with a file NAME.amber.pin beside it
            is never removed. SIGTERM lets open requests end; the exit status is the service's.
            """)

    @OptionGroup var options: ServeOptions

    @Option(help: "YAML file with these options as keys.")
    var config: String?

    @Flag(help: "The service runs elsewhere: record its requests only.")
    var attach = false

    @OptionGroup var recipes: RecipeOptions

    @Argument(parsing: .postTerminator, help: "The service and its arguments.")
    var command: [String] = []

    func validate() throws {
        guard command.isEmpty == attach else {
            throw ValidationError(
                attach
                    ? "--attach is for a service that runs already: leave the command out"
                    : "no command: write it after `--`, as in `amber serve … -- python app.py`")
        }
    }

    func run() throws {
        let console = Console()
        do {
            let outcome = try Serve.run(try configuration())
            throw ExitCode(outcome.shellStatus)
        } catch let error as CaptureError {
            console.say(error.description)
            throw ExitCode(error.exitStatus)
        } catch let error as ExitCode {
            throw error
        } catch {
            console.say("\(error)")
            throw ExitStatus.supervision
        }
    }

    private func configuration() throws -> ServeConfiguration {
        var capture = CaptureConfiguration(
            arguments: ThisProcess.arguments.suffix(command.count).map { ByteString($0) })
        capture.recipeFiles = recipes.recipe
        let options = try config.map { self.options.over(try ServeOptions.read($0)) } ?? self.options
        guard let listen = options.listen, let upstream = options.upstream else {
            throw ServeOptionError(text: "--listen and --upstream are needed: --listen 8080 --upstream 8000")
        }
        var configuration = try options.configuration(capture, listen: listen, upstream: upstream)
        configuration.isAttached = attach
        return configuration
    }
}
