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
        let console = Console()
        var configuration = ReplayConfiguration(bundle: file)
        changes.apply(to: &configuration)
        do {
            if let command { throw try run(command, configuration) }
            for shell in Self.shells {
                do { throw try run([shell], configuration) } catch let error as ReplayError
                    where error.code == .program
                {
                    continue
                }
            }
            console.say("\(file): the bundle holds no shell. Use `amber exec` with a program that it holds.")
            throw ExitStatus.failure
        } catch let error as ExitCode {
            throw error
        } catch {
            console.say("\(error)")
            throw ExitStatus.failure
        }
    }

    private func run(_ command: [ByteString], _ configuration: ReplayConfiguration) throws -> ExitCode {
        var configuration = configuration
        configuration.command = command
        return ExitCode(try Replay.run(configuration).outcome.shellStatus)
    }
}
