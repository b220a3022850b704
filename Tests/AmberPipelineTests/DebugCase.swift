import AmberKernel
import AmberModel
import AmberTestSupport
import Glibc
import Testing

/// A failing program that is captured and hidden, and whose bundle a debugger gets.
struct DebugCase {
    let session: AmberSession

    /// Captures `command` in a place with these files, and takes the place away.
    init(
        files: [String: String], preparation: String? = nil, _ command: String, environment: String = ""
    ) throws {
        session = try AmberSession(files, preparation: preparation)
        let end = try session.shell("\(environment) amber capture --output $OUT -- \(command)")
        guard session.hasBundle else { throw Site.PreparationFailure(text: end.errorText) }
        try session.site.hide()
    }

    /// What `amber debug` says, on both streams, and its status.
    ///
    /// - Parameters:
    ///   - options: Behind the bundle.
    ///   - input: Piped to it.
    ///   - user: Who debugs; nil for the caller.
    ///   - path: Shell commands before it.
    /// - Returns: What was said, and the status.
    /// - Throws: What starting it throws.
    func debug(
        _ options: String, input: String = "", as user: String? = nil, path: String = ""
    ) throws -> (text: String, status: Int32) {
        let end = try session.shell(
            path + prologue(user) + "debugger \(options) 2>&1", input: .pipe(input))
        return (end.outputText, end.status)
    }

    /// Runs `amber debug` beside a client, which begins when a line of Amber's has this word in it.
    ///
    /// `$PORT` is the port that this line names, `$SAID` the file with all that was said.
    func serve(
        _ options: String, until word: String, client: String, as user: String? = nil, path: String = ""
    ) throws -> TestProgram.End {
        try session.shell(
            path + prologue(user) + """
                SAID=${OUT%/*}/said; touch $SAID
                debugger \(options) > $SAID 2>&1 &
                JOB=$!
                tail -n +1 -f --pid=$JOB $SAID | grep -q -m 1 '\(word)'
                PORT=$(sed -n 's/.*127\\.0\\.0\\.1:\\([0-9]*\\).*/\\1/p' $SAID | head -n 1)
                \(client)
                STATUS=$?
                kill $JOB 2> /dev/null; wait $JOB
                cat $SAID; exit $STATUS
                """)
    }

    /// `debugger OPTIONS`: `amber debug` of the bundle by that user.
    private func prologue(_ user: String?) -> String {
        guard let user else { return "debugger() { exec \(AmberExecutable.path) debug $OUT \"$@\"; }\n" }
        return """
            chmod 644 $OUT; mkdir -p ${OUT%/*}/theirs; chmod 777 ${OUT%/*} ${OUT%/*}/theirs
            debugger() {
                HOME=${OUT%/*}/theirs XDG_CACHE_HOME=${OUT%/*}/theirs exec setpriv --reuid \(user) --regid 65534 \
                    --clear-groups \(AmberExecutable.path) debug $OUT "$@"
            }

            """
    }

    /// A client program of `Clients`, by name.
    static func client(_ name: String) -> String {
        let parts = #filePath.split(separator: "/").dropLast()
        return "/" + parts.joined(separator: "/") + "/Clients/" + name
    }

    /// Puts the Python that `scripts/setup` made first on PATH: it has debugpy.
    static let debugpyPath: String = {
        let python = getenv("AMBER_CYCLONEDX_PYTHON").map { String(cString: $0) } ?? "python3"
        return python.contains("/") ? "PATH=\(python.dropLast("/python".count)):$PATH\n" : ""
    }()

    /// A copy of debugpy that everybody may read, for this machine's own Python.
    static let lentDebugpy = """
        export PYTHONPATH=${OUT%/*}/lent; mkdir $PYTHONPATH
        cp -r "$(python3 -c 'import debugpy, os; print(os.path.dirname(debugpy.__file__))')" $PYTHONPATH/
        PATH=/usr/bin:/bin

        """
}

extension KernelFeature {
    /// An lldb that starts.
    static let lldb = KernelFeature(name: "lldb") {
        let end = try? TestProgram(["lldb", "--version"]).run()
        return end?.status == 0 ? nil : "no lldb that starts: \(end?.errorText ?? "none on PATH")"
    }

    /// Finds the machine's own programs alone.
    static let systemPath = "export PATH=/usr/bin:/bin\n"
    /// Finds a gdb of 14 or later first, where `scripts/setup --tests` made one.
    static let newerGdbPath = DebugCase.debugpyPath

    /// gdb with `-i dap`, of 14 or later.
    static let gdbWithAdapter = gdb("gdbWithAdapter", isWanted: { $0 >= 14 }, newerGdbPath)
    /// An older gdb.
    static let gdbWithoutAdapter = gdb("gdbWithoutAdapter", isWanted: { $0 < 14 }, systemPath)

    private static func gdb(
        _ name: String, isWanted: @escaping @Sendable (Int) -> Bool, _ path: String
    ) -> KernelFeature {
        KernelFeature(name: name) {
            let end = try? TestProgram(["bash", "-c", .init(path + "gdb --version")]).run()
            let line = end?.outputText.split(separator: "\n").first ?? "none"
            let version = line.split(separator: " ").last?.split(separator: ".").first.flatMap { Int($0) }
            return version.map(isWanted) == true ? nil : "gdb is: \(line)"
        }
    }

    /// A Python with debugpy, as `scripts/setup --tests` makes it.
    static let debugpy = KernelFeature(name: "debugpy") {
        let end = try? TestProgram([
            "bash", "-c", .init(DebugCase.debugpyPath + "python3 -c 'import debugpy'"),
        ]).run()
        return end?.status == 0 ? nil : "no debugpy: run scripts/setup --tests"
    }
}
