import AmberModel
import AmberRecipes
import Testing

@Suite struct RecipeLibraryTests {
    @Test func `every runtime of the project has an embedded recipe`() throws {
        let names = try RecipeLibrary.embedded().map(\.name)
        #expect(
            names == [
                "common", "bash", "erlang", "go", "haskell", "java", "lisp", "lua", "native", "node", "ocaml",
                "perl", "php", "python", "r", "ruby", "rust", "swift", "tcl",
            ])
    }

    /// Recipe, line, column, and a piece of what the error must say.
    static let mistakes: [(text: String, line: Int, column: Int, says: String)] = [
        ("", 1, 1, "empty"),
        ("[1, 2]", 1, 1, "a list; expected a mapping"),
        ("name: x", 1, 1, "`schema` is missing"),
        ("schema: 2\nname: x\nnovel: 1", 1, 9, "newer"),
        ("schema: one\nname: x", 1, 9, "number"),
        ("schema: 1\nname: X Y", 2, 7, "small letters"),
        ("schema: 1\nname: x\nfailures: {}", 3, 1, "unknown key `failures`"),
        ("schema: 1\nname: x\nname: y", 3, 1, "twice"),
        ("schema: 1\nname: x\nfailure:\n  exit: [300]", 4, 10, "from 1 to 255"),
        ("schema: 1\nname: x\nfailure:\n  shapes:\n  - name: a", 5, 5, "`begin` is missing"),
        (
            "schema: 1\nname: x\nfailure:\n  shapes:\n  - {name: a, begin: b, weight: deadly}", 5, 33,
            "uncaught, reported, handled"
        ),
        ("schema: 1\nname: x\nfailure:\n  shapes:\n  - name: a\n    begin: 'a {b'", 6, 15, "without `}`"),
        (
            "schema: 1\nname: x\nfailure:\n  shapes:\n  - name: a\n    begin: 'a {typ}'", 6, 15,
            "no hole `typ`"
        ),
        (
            "schema: 1\nname: x\nfailure:\n  shapes:\n  - {name: a, begin: b, lines: [{frame: c, skip: d}]}",
            5, 33, "exactly one"
        ),
        ("schema: 1\nname: x\nnormalise:\n- {name: a, find: '{b}', with: c}", 4, 19, "without a class"),
        ("schema: 1\nname: x\nnormalise:\n- {name: a, find: 'b', with: '{c}'}", 4, 31, "no hole `c`"),
        (
            "schema: 1\nname: x\nrecognise:\n  section: .text", 4, 3,
            "sections, notes, comments, libraries, beside"
        ),
        ("schema: 1\nname: x\nrecognise:\n  beside: src/main.x", 4, 11, "without `/`"),
        ("schema: 1\nname: x\nrecognise:\n  notes: [Go, '*']", 4, 15, "fits every program"),
        ("schema: 1\nname: x\nrecognise:\n  sections: {a: b}", 4, 13, "expected text"),
        ("schema: 1\nname: x\nprobes:\n- {name: a}", 4, 3, "exactly one of read, run"),
        ("schema: 1\nname: x\nprobes:\n- {name: a, run: rm -rf /}", 4, 18, "no shell reads it"),
        ("schema: 1\nname: x\nprobes:\n- {name: a, run: [java, -version]}", 4, 19, "absolute path"),
        ("schema: 1\nname: x\nprobes:\n- {name: a, run: ['{program}'], seconds: 60}", 4, 42, "from 1 to 10"),
        ("schema: 1\nname: x\nprobes:\n- {name: a, read: /proc/self/environ}", 4, 19, "meminfo"),
        ("schema: 1\nname: x\nprobes:\n- {name: a, read: /proc/kmsg}", 4, 19, "meminfo"),
        ("schema: 1\nname: x\nprobes:\n- {name: a, read: /sys/fs/cgroup/../../kernel/x}", 4, 19, "meminfo"),
        ("schema: 1\nname: x\nprobes:\n- {name: a, read: /proc/stat, seconds: 1}", 4, 40, "without `run`"),
        ("schema: 1\nname: x\nruntime:\n  paths: {a: b}", 4, 10, "expected text"),
        ("schema: 1\nname: !!binary eA==", 2, 7, "tags"),
        ("schema: 1\nname: *gone", 2, 7, "no anchor"),
        ("schema: 1\nname: x\n---\nschema: 1", 4, 1, "second document"),
        ("schema: [1", 2, 1, "expected"),
        ("schema: 1\n\tname: x", 2, 1, "tab character"),
    ]

    @Test(arguments: mistakes)
    func `a wrong recipe is refused with its place`(
        _ mistake: (text: String, line: Int, column: Int, says: String)
    ) {
        #expect {
            try RecipeLibrary.parse(Array(mistake.text.utf8), file: "x.yaml")
        } throws: { error in
            guard let error = error as? RecipeError else { return false }
            #expect(error.description.hasPrefix("x.yaml:\(mistake.line):\(mistake.column): "), "\(error)")
            #expect(error.description.contains(mistake.says), "\(error)")
            return true
        }
    }

    @Test func `keys that begin with x- are left to others`() throws {
        let recipe = try RecipeLibrary.parse(
            Array("schema: 1\nname: x\nx-owner: {team: a}".utf8), file: "x.yaml")
        #expect(recipe.name == "x")
    }

    @Test func `aliases that multiply are refused`() {
        var text = "schema: 1\nname: x\nx-a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        for (from, to) in zip("abcdef", "bcdefg") {
            text +=
                "x-\(to): &\(to) [" + Array(repeating: "*\(from)", count: 10).joined(separator: ",") + "]\n"
        }
        expectRefusal(text, "more than")
    }

    @Test func `deep nesting is refused`() {
        expectRefusal("schema: 1\nname: x\nx-a: " + String(repeating: "[", count: 5000), "nested deeper")
    }

    @Test func `a huge recipe is refused`() {
        expectRefusal("schema: 1\nname: x\n#" + String(repeating: "x", count: 2 << 20), "larger than")
    }

    private func expectRefusal(_ text: String, _ says: String) {
        #expect {
            try RecipeLibrary.parse(Array(text.utf8), file: "x.yaml")
        } throws: {
            ($0 as? RecipeError)?.message.contains(says) == true
        }
    }

    static let programs: [(String, String?)] = [
        ("/usr/bin/python3.11", "python"), ("/srv/run.py", "python"), ("/usr/bin/node", "node"),
        ("/srv/cli.js", "node"),
        ("/usr/lib/jvm/java-17/bin/java", "java"), ("/usr/bin/perl", "perl"), ("/usr/bin/ruby3.1", "ruby"),
        ("/usr/sbin/php-fpm8.2", "php"), ("/bin/sh", "bash"), ("/usr/bin/gunicorn", "python"),
        ("/srv/app", nil),
        ("/usr/bin/pythonic", nil),
    ]

    @Test(arguments: programs)
    func `a program's runtime is recognised by its name`(_ path: String, _ name: String?) throws {
        let recipes = try Shipped.recipes()
        let program = ProgramTraits(executable: .init(path), arguments: [])
        let found = RecipeLibrary.recognising(program, in: recipes).map(\.name)
        #expect(found == (name.map { [$0] } ?? []))
    }

    static let runtimeFiles: [(String, String, Bool)] = [
        ("python", "/usr/lib/python3/dist-packages/x.py", true),
        ("python", "/home/joe/.pyenv/versions/3.11.7/lib/python3.11/os.py", true),
        ("python", "/srv/app/run.py", false), ("node", "/srv/app/node_modules/a/b.js", true),
        ("node", "/srv/app/server.js", false), ("java", "/usr/lib/jvm/java-17/lib/modules", true),
    ]

    @Test(arguments: runtimeFiles)
    func `a runtime's files are told from the application's`(
        _ name: String, _ path: String, _ isRuntime: Bool
    ) throws {
        let recipe = try #require(try Shipped.recipes().first { $0.name == name })
        #expect(recipe.isRuntimePath(.init(path)) == isRuntime)
    }
}
