import AmberKernel
import AmberRecipes

/// Runs a recipe's worked example as a user would: capture, replay with the files gone, debug.
struct RecipeTest {
    let entry: RecipeCollection.Entry

    /// What went wrong.
    struct Failure: Error {
        let text: String
    }

    /// Runs all of it.
    ///
    /// - Returns: A line for people.
    /// - Throws: `Failure`; `SyscallError` where there is no room.
    func run() throws -> String {
        let recipe = entry.recipe
        guard let example = recipe.example else { return "\(recipe.name): no example" }
        let place = "/tmp/amber-recipe-\(recipe.name)-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectories(place + "/site", mode: 0o755)
        defer { try? Files.removeTree(KernelPath(place)) }
        for name in example.files { try write(name, to: "\(place)/site/\(name)") }
        let site = "cd \(place)/site && "
        if let line = example.preparation {
            let end = shell("{ \(site)\(line); } 2>&1")
            guard end.status == 0 else { return "\(recipe.name): not run here: \(Self.last(end.text))" }
        }
        let option = entry.file.map { "--recipe \(Self.quoted($0)) " } ?? ""
        let captured = shell(
            "{ \(site)\(amber) capture \(option)--output \(place)/run.amber -- \(example.command); } 2>&1")
        guard (try? Files.status(KernelPath(place + "/run.amber"))) != nil else {
            if captured.text.contains("not found") {
                return "\(recipe.name): not run here: \(Self.last(captured.text))"
            }
            throw Failure(text: "\(recipe.name): no bundle: \(Self.last(captured.text))")
        }
        try Files.rename(KernelPath(place + "/site"), to: KernelPath(place + "/gone"))
        if let type = example.type {
            let shown = shell("\(amber) show \(place)/run.amber --json").text
            guard shown.contains("\"type\":\"\(type)\"") else {
                throw Failure(
                    text: "\(recipe.name): the failure is not read as \(type): \(Self.last(captured.text))")
            }
        }
        let replayed = shell("\(amber) replay \(option)\(place)/run.amber 2>&1")
        guard replayed.status == 0 else {
            throw Failure(text: "\(recipe.name): not reproduced: \(Self.last(replayed.text))")
        }
        let debugged = try debug(example, "\(option)\(place)/run.amber")
        return "\(recipe.name): captured, reproduced\(debugged)"
    }

    private func debug(_ example: Recipe.Example, _ bundle: String) throws -> String {
        guard !example.debuggerArguments.isEmpty else { return "" }
        let words = example.debuggerArguments.map(Self.quoted).joined(separator: " ")
        let end = shell("\(amber) debug \(bundle) -- \(words) 2>&1 < /dev/null")
        if end.text.contains("is not installed") { return "; not debugged here: \(Self.last(end.text))" }
        guard end.text.contains(example.shows) else {
            throw Failure(
                text: "\(entry.recipe.name): the debugger does not show '\(example.shows)':\n\(end.text)")
        }
        return ", debugged"
    }

    /// Takes an example's file from beside the recipe, or out of the executable.
    private func write(_ name: String, to path: String) throws {
        var bytes = Array(RecipeLibrary.text(of: "\(entry.recipe.name)/\(name)").utf8)
        if let file = entry.file, let slash = file.lastIndex(of: "/") {
            bytes = try Files.contents(KernelPath("\(file[...slash])\(name)"), limit: 1 << 20)
        }
        let target = try Files.open(
            KernelPath(path), Files.Flag.writeOnly | Files.Flag.create | Files.Flag.exclusive, mode: 0o644)
        try Files.writeAll(target.number, bytes)
    }

    /// Ourselves, as the shell takes it.
    private var amber: String {
        let path = (try? Files.readLink("/proc/self/exe")).map { String(decoding: $0, as: UTF8.self) }
        return Self.quoted(path ?? "amber")
    }

    private func shell(_ line: String) -> (text: String, status: Int32) {
        let result = ToolRun.run(["sh", "-c", line], limit: .seconds(300))
        return (String(decoding: result?.output ?? [], as: UTF8.self), result?.code ?? 125)
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }

    private static func last(_ text: String) -> String {
        text.split(separator: "\n").suffix(3).joined(separator: " / ")
    }
}
