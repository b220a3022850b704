import AmberKernel
import AmberModel
import AmberRecipes

/// lldb's arguments: as gdb's, a process in a sandbox with the sandbox's files as its root.
///
/// lldb compares build-ids by itself, and runs no script of a debug file or of the working directory unless it is told
/// to: the settings say so once more.
///
/// Source: lldb's `help platform select`, `help target modules search-paths`, `settings list target`.
struct LldbInvocation {
    /// The process, by its pid on this machine; it is stopped at its first instruction.
    let processID: Int32
    /// The program's path inside.
    let path: ByteString
    var point = DebugConfiguration.Point.failure
    /// How the recorded process ended; nil where that is not known.
    var outcome: Outcome?
    var stops: [String] = []
    var sourceDirectory: String?
    /// Where the program was built or run, as far as that is known.
    var workingDirectory: String = "/"
    var arguments: [ByteString] = []

    init(processID: Int32, path: ByteString) {
        self.processID = processID
        self.path = path
    }

    init(_ processID: Int32, _ target: DebugTarget, _ stage: DebugStage) {
        self.init(processID: processID, path: target.path)
        point = stage.configuration.point
        outcome = target.process.ordinal == "1" ? stage.run.outcome : target.process.outcome
        stops = stage.recipe?.stops ?? []
        sourceDirectory = stage.configuration.sourceDirectory
        workingDirectory = stage.run.workingDirectory.description
        arguments = stage.configuration.arguments
    }

    /// argv, the program first.
    var command: [ByteString] {
        // -x: no .lldbinit but the user's own choice of one.
        var words = ["lldb", "-x"]
        for line in attaching + late { words += ["-o", line] }
        return words.map { ByteString($0) } + arguments + afterCrash
    }

    /// What the caller wants done, once more for a crash: in batch mode lldb leaves `-o` out from there on, and does `-k`
    /// instead.
    private var afterCrash: [ByteString] {
        arguments.indices.dropLast().filter { ["-o", "--one-line"].contains(arguments[$0].description) }
            .flatMap {
                ["-k", arguments[$0 + 1]]
            }
    }

    /// What brings lldb to the stopped process.
    ///
    /// Order: the root before the program is read, the program before its libraries' paths, all of them before it is
    /// attached to, because its libraries are looked for at once.
    var attaching: [String] {
        let root = "/proc/\(processID)/root"
        var lines = [
            "settings set target.load-cwd-lldbinit false",
            "settings set target.load-script-from-symbol-file false",
            "settings set target.debug-file-search-paths \(root)/usr/lib/debug /usr/lib/debug",
            "platform select host --sysroot \(root)",
        ]
        if let sourceDirectory {
            let place = Self.quoted(sourceDirectory)
            lines.append(
                "settings set target.source-map \(Self.quoted(workingDirectory)) \(place) . \(place)")
        }
        return lines + [
            "target create \(Self.quoted(root + path.description))",
            "target modules search-paths add / \(root)/", "process attach -p \(processID)",
            "process handle SIGSTOP --stop false --pass false --notify false",
        ]
    }

    /// What brings the process from its first instruction to its failure.
    private var late: [String] {
        guard point == .failure else { return [] }
        var lines = stops.map { "breakpoint set --name \($0)" }
        // A signal stops lldb by itself; an exit does not, and lldb knows no system calls.
        if case .exited(let code) = outcome {
            lines += ["exit", "_exit", "_Exit", "quick_exit"].map {
                "breakpoint set --name \($0) --condition '(int)$arg1 == \(code)'"
            }
        }
        return lines + ["process continue"]
    }

    /// lldb is often installed and does not start, for want of the Python that it was built with.
    static func checkStart() throws(ReplayError) {
        guard ProgramSearch.find("lldb") != nil,
            let result = ToolRun.run(["lldb", "--version"], limit: .seconds(60))
        else { return }
        guard result.code != 0 else { return }
        throw ReplayError(
            .debugger, "lldb is installed and does not start: run `lldb --version` to see why",
            remedy:
                "It often lacks its libpython: install that, or name its directory in LD_LIBRARY_PATH; or take --debugger gdb."
        )
    }

    /// One word of an lldb command.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
