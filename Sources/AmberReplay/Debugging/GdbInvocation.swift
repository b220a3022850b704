import AmberModel

/// gdb's arguments: attached to a process in a sandbox, with the sandbox's files as its root and nothing loaded from
/// them that runs.
///
/// Source: "Debugging with GDB", chapters Command Files, Auto-loading, and Files (`set sysroot`).
struct GdbInvocation {
    /// The process, by its pid on this machine; it is stopped at its first instruction.
    let processID: Int32
    let point: DebugConfiguration.Point
    /// How the recorded process ended; nil where that is not known.
    let outcome: Outcome?
    /// Functions in which a failure of the runtime begins.
    let stops: [String]
    /// What the runtime's recipe wants gdb to be given.
    let runtimeArguments: [String]
    let sourceDirectory: String?
    let hasDebuginfod: Bool
    let arguments: [ByteString]

    /// argv, the program first.
    var command: [ByteString] {
        let root = "/proc/\(processID)/root"
        // Before the process is attached: its libraries are looked for at once.
        var early = [
            "set auto-load off", "set auto-load safe-path /nonexistent", "set sysroot \(root)",
            "set debug-file-directory \(root)/usr/lib/debug:/usr/lib/debug",
            "set breakpoint pending on", "set print inferior-events off", "set print thread-events off",
        ]
        // It asks otherwise, and only where there are servers; gdb knows the command from version 10.1 on.
        if hasDebuginfod { early.append("set debuginfod enabled on") }
        if let sourceDirectory { early.append("directory \(Self.quoted(sourceDirectory))") }
        var words = ["gdb", "-q"] + runtimeArguments
        for line in early { words += ["-iex", line] }
        words += ["-p", "\(processID)"]
        for line in late { words += ["-ex", line] }
        return words.map { ByteString($0) } + arguments
    }

    /// What brings the process from its first instruction to its failure.
    private var late: [String] {
        // The stop at the first instruction was ours: gdb would tell it once more, and pass it on.
        let quiet = ["handle SIGSTOP nostop noprint nopass"]
        guard point == .failure else { return quiet }
        var lines = quiet + stops.map { "break \($0)" }
        // A signal stops gdb by itself; an exit does not.
        switch outcome {
        case .exited: lines.append("catch syscall exit_group")
        case .signaled, .timedOut, .running, nil: break
        }
        return lines + ["continue"]
    }

    /// A directory's name as one word of a gdb command.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
