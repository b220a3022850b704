import AmberModel
import AmberReplay
import ArgumentParser

/// Runs something else than the recorded command in a bundle's sandbox.
struct SandboxCommand {
    let file: String
    let changes: ChangeOptions
    /// nil for the first shell that the bundle has.
    let command: [ByteString]?

    private static let shells: [ByteString] = ["bash", "sh", "dash", "ash", "zsh"]

    func run() throws {
        var configuration = ReplayConfiguration(bundle: file)
        changes.apply(to: &configuration)
        try ExitStatus.reporting {
            if let command { return try run(command, configuration) }
            for shell in Self.shells {
                do { return try run([shell], configuration) } catch let error as ReplayError
                    where error.code == .program
                {
                    continue
                }
            }
            Console().say(
                "\(file): the bundle holds no shell. Use `amber exec` with a program that it holds.")
            return ExitStatus.failure
        }
    }

    private func run(_ command: [ByteString], _ configuration: ReplayConfiguration) throws -> ExitCode {
        var configuration = configuration
        configuration.command = command
        return ExitCode(try Replay.run(configuration).outcome.shellStatus)
    }
}
