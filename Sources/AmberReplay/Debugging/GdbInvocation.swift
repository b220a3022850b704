import AmberKernel
import AmberModel
import AmberRecipes

/// gdb's arguments: attached to a process in a sandbox, with the sandbox's files as its root and nothing loaded from
/// them that runs.
///
/// Debug files are taken where their build-id, or the checksum of a `.gnu_debuglink`, is the program's: gdb checks both.
///
/// Source: "Debugging with GDB", chapters Command Files, Auto-loading, Files (`set sysroot`), Separate Debug Files,
/// Forks.
struct GdbInvocation {
    /// The process, by its pid on this machine; it is stopped at its first instruction.
    let processID: Int32
    var point = DebugConfiguration.Point.failure
    /// How the recorded process ended; nil where that is not known.
    var outcome: Outcome?
    /// Functions in which a failure of the runtime begins.
    var stops: [String] = []
    /// What the runtime's recipe wants gdb to be given.
    var runtimeArguments: [String] = []
    var sourceDirectory: String?
    var hasDebuginfod = false
    var arguments: [ByteString] = []

    init(processID: Int32) { self.processID = processID }

    init(_ processID: Int32, _ target: DebugTarget, _ stage: DebugStage) {
        self.processID = processID
        point = stage.configuration.point
        outcome = target.process.ordinal == "1" ? stage.run.outcome : target.process.outcome
        stops = stage.recipe?.stops ?? []
        runtimeArguments = stage.recipe?.debuggerArguments ?? []
        sourceDirectory = stage.configuration.sourceDirectory
        hasDebuginfod = ThisProcess.variable("DEBUGINFOD_URLS") != nil
        arguments = stage.configuration.arguments
    }

    /// argv, the program first.
    var command: [ByteString] {
        var words = ["gdb", "-q"] + runtimeArguments
        for line in early { words += ["-iex", line] }
        words += ["-p", "\(processID)"]
        for line in late { words += ["-ex", line] }
        return words.map { ByteString($0) } + arguments
    }

    /// What must be set before the process is attached: its libraries are looked for at once.
    var early: [String] {
        let root = "/proc/\(processID)/root"
        var lines = [
            "set auto-load off", "set auto-load safe-path /nonexistent", "set sysroot \(root)",
            "set debug-file-directory \(root)/usr/lib/debug:/usr/lib/debug",
            // Libraries that were loaded by a relative name: compiler plugins, modules.
            "set solib-search-path /proc/\(processID)/cwd", "set breakpoint pending on",
            "set print inferior-events off", "set print thread-events off",
        ]
        // It asks otherwise, and only where there are servers; gdb knows the command from version 10.1 on.
        if hasDebuginfod { lines.append("set debuginfod enabled on") }
        if let sourceDirectory { lines.append("directory \(Self.quoted(sourceDirectory))") }
        return lines
    }

    /// What brings the process from its first instruction to its failure.
    private var late: [String] {
        // The stop at the first instruction was ours: gdb would tell it once more, and pass it on.
        let quiet = ["handle SIGSTOP nostop noprint nopass"]
        guard point == .failure else { return quiet }
        var lines = quiet + stops.map { "break \($0)" }
        // A signal stops gdb by itself; an exit does not.
        switch outcome {
        case .exited(let code):
            lines.append("catch syscall exit_group")
            // Children that end well are none of our business.
            if code != 0, let register = Self.firstArgument {
                lines.append("condition $bpnum \(register) == \(code)")
            }
        case .signaled, .timedOut, .running, nil: break
        }
        return lines + ["continue"]
    }

    /// The register with a system call's first argument (syscall(2)); nil on machines that are not known.
    private static var firstArgument: String? {
        switch (try? HostFacts.names())?.machine {
        case "x86_64": "$rdi"
        case "aarch64": "$x0"
        default: nil
        }
    }

    /// A directory's name as one word of a gdb command.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
