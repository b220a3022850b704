public import AmberBundle
public import AmberCapture
import AmberKernel
import AmberModel
public import ArgumentParser

/// `amber capture -- CMD ARG…`
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture", abstract: "Run a command; keep a bundle if it fails.",
        usage: "amber capture [--output FILE] [--on failure|always] [options] -- CMD [ARG ...]")

    @Option(name: [.short, .long], help: "Where the bundle goes (default: ./NAME-UTCTIME.amber).")
    var output: String?

    @Option(help: "When a bundle is kept: failure or always.")
    var on: CaptureConfiguration.Policy = .failure

    @Option(help: "End the command after this time: 90, 90s, 15m, 2h.")
    var timeout: TimeSpan?

    @Option(help: "Keep the content of these paths out (glob; repeatable).")
    var exclude: [String] = []

    @Option(help: "Take these files in although they were not read (glob).")
    var include: [String] = []

    @Option(help: "Most bytes of the bundle: 500M, 2G.")
    var maxSize: ByteCount = ByteCount(bytes: 2 << 30)

    @Option(help: "Compression of the layers: zstd or gzip.")
    var compression: LayerCompression = .zstd

    @Flag(help: "Leave connections alone; what peers say is not kept.")
    var noNetwork = false

    @Flag(help: "Leave the run's random bytes out.")
    var noRandomness = false

    @Flag(help: "Take TLS session secrets, to keep what was said inside.")
    var tlsKeys = false

    @Flag(help: "Look at nothing after a failure, whatever recipes want.")
    var noProbes = false

    @OptionGroup var recipes: RecipeOptions

    @Flag(name: [.short, .long], help: "Say nothing but the bundle's path.")
    var quiet = false

    @Argument(parsing: .postTerminator, help: "The command and its arguments.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError("no command: write it after `--`, as in `amber capture -- make test`")
        }
        if tlsKeys, noNetwork {
            throw ValidationError(
                "--tls-keys decrypts what is recorded of the network: leave --no-network away")
        }
    }

    func run() throws {
        throw ExitCode(CaptureRun(configuration: configuration, isQuiet: quiet).status())
    }

    /// What the options ask for.
    var configuration: CaptureConfiguration {
        var configuration = CaptureConfiguration(
            arguments: ThisProcess.arguments.suffix(command.count).map { ByteString($0) })
        configuration.output = output
        configuration.policy = on
        configuration.timeLimit = timeout?.duration
        configuration.excluded = exclude
        configuration.included = include
        configuration.maximumSize = maxSize.bytes
        configuration.compression = compression
        configuration.recordsNetwork = !noNetwork
        configuration.recordsRandomness = !noRandomness
        configuration.recordsSessionSecrets = tlsKeys
        configuration.runsProbes = !noProbes
        configuration.recipeFiles = recipes.recipe
        return configuration
    }
}

extension CaptureConfiguration.Policy: ExpressibleByArgument {}
extension LayerCompression: ExpressibleByArgument {}
