import AmberKernel
import AmberModel
import AmberTestSupport

/// A user at a shell with `amber` on the path, in a place of its own.
struct AmberSession {
    let site: Site
    /// After this time a command of the shell is killed.
    var timeLimit: Duration = .seconds(60)

    /// Makes the place, with these files.
    init(_ files: [String: String] = [:], preparation: String? = nil) throws {
        site = try Site()
        try Files.setMode(KernelPath(site.desk), 0o777)
        try Files.setMode(KernelPath(site.place), 0o777)
        for (name, text) in files { try site.write(text, to: site.place + "/" + name) }
        if let preparation { _ = try shell(preparation) }
    }

    /// Runs shell commands in the place; `amber` is the executable, `$OUT` the bundle, `$JSON` the verdict.
    func shell(_ commands: String, input: TestProgram.Input = .none) throws -> TestProgram.End {
        let environment =
            TestProgram.environment + [
                "XDG_CACHE_HOME=\(site.desk)/cache", "OUT=\(site.desk)/run.amber",
                "JSON=\(site.desk)/verdict.json",
            ]
        let function = "amber() { \(AmberExecutable.path) \"$@\"; }\n"
        var program = TestProgram(
            ["bash", "-c", ByteString(function + commands)], environment: environment,
            in: isHidden ? "/" : site.place)
        program.input = input
        program.timeLimit = timeLimit
        return try program.run()
    }

    /// True once the place is gone.
    private var isHidden: Bool { (try? Files.status(KernelPath(site.place))) == nil }

    /// Takes the place away and replays the bundle.
    func replay(_ options: String = "") throws -> (end: TestProgram.End, verdict: Verdict) {
        if !isHidden { try site.hide() }
        let end = try shell("amber replay $OUT --json $JSON \(options)")
        return (end, try VerdictFile.read(site.desk + "/verdict.json", end))
    }

    /// True where the capture left a bundle.
    var hasBundle: Bool { (try? Files.status(KernelPath(site.desk + "/run.amber"))) != nil }
}
