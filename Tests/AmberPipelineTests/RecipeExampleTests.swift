import AmberModel
import AmberTestSupport
import Testing

/// `amber recipes test`: every shipped recipe's worked example is captured, replayed and debugged.
struct RecipeExampleTests {
    private static let examples: [(name: String, programs: [String], isDebugged: Bool)] = [
        ("bash", ["bash"], true), ("go", ["go"], false), ("java", ["javac", "jdb"], true),
        ("native", ["cc", "gdb"], true),
        ("node", ["node"], true), ("perl", ["perl"], true), ("php", ["php"], true),
        ("python", ["python3"], true),
        ("ruby", ["ruby"], true), ("rust", ["rustc", "gdb"], true), ("swift", ["swiftc", "gdb"], true),
        ("erlang", ["escript"], false), ("haskell", ["runghc"], false), ("lisp", ["sbcl"], false),
        ("lua", ["lua5.4"], false), ("ocaml", ["ocaml"], false), ("r", ["Rscript"], false),
        ("tcl", ["tclsh"], false),
    ]

    /// Not among the programs that the setup brings.
    private static let mayBeMissing = ["rust", "haskell", "ocaml"]

    @Test(arguments: examples.map(\.name))
    func `the example of a recipe is captured, reproduced and debugged`(_ name: String) throws {
        let example = try #require(Self.examples.first { $0.name == name })
        let session = try AmberSession()
        let have = example.programs.map { "command -v \($0) > /dev/null" }.joined(separator: " && ")
        let end = try session.shell("\(have) || exit 77; amber recipes test \(name)")
        if end.status == 77, Self.mayBeMissing.contains(name) {
            try Test.cancel("\(example.programs.joined(separator: ", ")): not here")
        }
        #expect(end.status == 0, "\(end.outputText)\(end.errorText)")
        #expect(
            end.outputText == "\(name): captured, reproduced\(example.isDebugged ? ", debugged" : "")\n",
            "\(end.outputText)\(end.errorText)")
    }

    @Test func `an example that is not what its recipe says is a failure`() throws {
        let recipe = """
            schema: 1
            name: odd
            recognise: {executables: [sh]}
            example: {files: job.sh, command: sh job.sh, type: Abend}
            """
        let session = try AmberSession(["recipe.yaml": recipe, "job.sh": "exit 4\n"])
        let end = try session.shell("amber recipes test odd --recipe $PWD/recipe.yaml")
        #expect(end.status == 1, "\(end.outputText)")
        #expect(end.errorText.contains("odd: the failure is not read as Abend"), "\(end.errorText)")
    }

    @Test func `a name that no recipe has is refused`() throws {
        let end = try AmberSession().shell("amber recipes test cobol")
        #expect(end.status == 2 && end.errorText.contains("no recipe 'cobol'"), "\(end.errorText)")
    }
}
