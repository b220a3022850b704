import AmberBundle
import AmberKernel
import AmberModel
public import AmberReplay
public import ArgumentParser

/// `amber replay FILE`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Run a bundle again in a sandbox, and compare.")

    @Argument(help: "The bundle.")
    var file: String

    @Option(help: "Write the verdict as JSON to this file (- for stdout).")
    var json: String?

    @OptionGroup var changes: ChangeOptions

    @OptionGroup var recipes: RecipeOptions

    @Option(help: "The network: playback, none, live=ADDRESS:PORT (repeatable).")
    var network: [NetworkChoice] = []

    @Option(help: "End the replay after this time: 90, 15m, 2h.")
    var timeout: TimeSpan?

    @Option(help: "A service's bundle: send this request instead.")
    var send: String?

    @Option(help: "Send to your own service at PORT or ADDRESS:PORT.")
    var upstream: UpstreamAddress?

    @Option(help: "A service: its changed files as of: failure, start.")
    var state: ReplayConfiguration.State = .failure

    @Option(help: "A service: earlier requests first: none, client, all.")
    var warmUp: ReplayConfiguration.WarmUp = .none

    @Option(help: "A service: time until it listens (default: 60s or more).")
    var readyTimeout: TimeSpan?

    @Flag(help: "A service: leave it up until ^C, and say where it is.")
    var keepRunning = false

    func validate() throws {
        guard upstream != nil else { return }
        let isForSandbox =
            keepRunning || readyTimeout != nil || !network.isEmpty || state != .failure || changes.isAny
        guard !isForSandbox else {
            throw ValidationError(
                "--upstream sends the request to a service that you started: only --send, --warm-up, --timeout, "
                    + "--recipe and --json go with it")
        }
    }

    func run() throws {
        let console = Console()
        try ExitStatus.reporting {
            let report = try Replay.run(configuration())
            guard let verdict = report.verdict else { return ExitStatus.failure }
            console.line(VerdictText(verdict: verdict).text)
            if let json { try write(verdict, to: json, console) }
            return verdict.reproduced ? ExitStatus.success : ExitStatus.negative
        }
    }

    private func configuration() -> ReplayConfiguration {
        var configuration = ReplayConfiguration(bundle: file)
        changes.apply(to: &configuration)
        for choice in network { choice.apply(to: &configuration) }
        configuration.request = send
        configuration.upstream = upstream?.text
        configuration.state = state
        configuration.warmUp = warmUp
        configuration.readyTimeout = readyTimeout?.duration
        if keepRunning { configuration.keepsRunning = { Console().say($0) } }
        configuration.recipeFiles = recipes.recipe
        configuration.timeLimit = timeout?.duration
        return configuration
    }

    private func write(_ verdict: Verdict, to path: String, _ console: Console) throws {
        let bytes = try RecordJSON.encode(verdict) + [UInt8(ascii: "\n")]
        if path == "-" { return console.answer(bytes) }
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath(path), flags)
        try Files.writeAll(file.number, bytes)
    }
}

extension ReplayConfiguration.State: ExpressibleByArgument {}
extension ReplayConfiguration.WarmUp: ExpressibleByArgument {}
