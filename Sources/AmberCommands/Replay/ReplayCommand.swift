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

    @Option(help: "Set an environment entry, KEY=VALUE (repeatable).")
    var setEnv: [String] = []

    @Option(help: "Remove an environment entry (repeatable).")
    var unsetEnv: [String] = []

    @Option(help: "Put a file of this machine in place: PATH=LOCAL.")
    var withFile: [String] = []

    @Option(help: "What the program sees of the network: playback or none.")
    var network: ReplayConfiguration.Network = .playback

    @Option(help: "Keep the files that the replay wrote in this directory.")
    var keep: String?

    @Option(help: "End the replay after this time: 90, 15m, 2h.")
    var timeout: TimeSpan?

    func validate() throws {
        for entry in setEnv where !entry.contains("=") {
            throw ValidationError("--set-env '\(entry)': write KEY=VALUE")
        }
        for entry in withFile where !entry.contains("=") {
            throw ValidationError("--with-file '\(entry)': write PATH=LOCAL, the place inside first")
        }
    }

    func run() throws {
        let console = Console()
        do {
            let report = try Replay.run(try configuration())
            guard let verdict = report.verdict else { throw ExitStatus.failure }
            console.line(VerdictText(verdict: verdict).text)
            if let json { try write(verdict, to: json, console) }
            throw verdict.reproduced ? ExitStatus.success : ExitStatus.negative
        } catch let error as ExitCode {
            throw error
        } catch {
            console.say("\(error)")
            throw ExitStatus.failure
        }
    }

    private func configuration() throws -> ReplayConfiguration {
        var configuration = ReplayConfiguration(bundle: file)
        configuration.environment = setEnv.map { ByteString($0) }
        configuration.removedEnvironment = unsetEnv.map { ByteString($0) }
        configuration.replacements = withFile.map { entry in
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return ReplayConfiguration.Replacement(path: ByteString(String(parts[0])), source: String(parts[1]))
        }
        configuration.network = network
        configuration.keepDirectory = keep
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

extension ReplayConfiguration.Network: ExpressibleByArgument {}
