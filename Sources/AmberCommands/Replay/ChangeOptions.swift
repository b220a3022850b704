import AmberModel
public import AmberReplay
public import ArgumentParser

/// What a user may change about a recorded run; shared by `replay`, `debug`, `shell` and `exec`.
struct ChangeOptions: ParsableArguments {
    @Option(help: "Set an environment entry, KEY=VALUE (repeatable).")
    var setEnv: [String] = []

    @Option(help: "Remove an environment entry (repeatable).")
    var unsetEnv: [String] = []

    @Option(help: "Put a file of this machine in place: PATH=LOCAL.")
    var withFile: [String] = []

    @Option(help: "The time inside: recorded, now, 2026-11-23T02:00:00Z, +1d.")
    var time: ReplayTime = .recorded

    @Option(help: "Keep the files that were written in this directory.")
    var keep: String?

    /// Something is to be changed.
    var isAny: Bool {
        !setEnv.isEmpty || !unsetEnv.isEmpty || !withFile.isEmpty || keep != nil || time != .recorded
    }

    func validate() throws {
        for entry in setEnv where !entry.contains("=") {
            throw ValidationError("--set-env '\(entry)': write KEY=VALUE")
        }
        for entry in withFile where !entry.contains("=") {
            throw ValidationError("--with-file '\(entry)': write PATH=LOCAL, the place inside first")
        }
    }

    /// Applies the changes to a configuration.
    func apply(to configuration: inout ReplayConfiguration) {
        configuration.environment = setEnv.map { ByteString($0) }
        configuration.removedEnvironment = unsetEnv.map { ByteString($0) }
        configuration.replacements = withFile.map { entry in
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return ReplayConfiguration.Replacement(
                path: ByteString(String(parts[0])), source: String(parts[1]))
        }
        configuration.keepDirectory = keep
        configuration.time = time
    }
}

extension ReplayTime: ExpressibleByArgument {
    /// Takes what stands behind `--time`.
    public init?(argument: String) { self.init(argument) }
    /// The default, as help shows it.
    public var defaultValueDescription: String { description }
}
