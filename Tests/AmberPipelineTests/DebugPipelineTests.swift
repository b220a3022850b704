import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// `amber debug`: a debugger stands in the failing frame, with the original files gone.
@Suite(.requires(.program("gdb"), .program("gcc")))
struct DebugPipelineTests {
    private static let crash = """
        #include <stdio.h>
        #include <stdlib.h>
        static int total(const int *items, int count) {
            int sum = 0;
            for (int i = 0; i < count; i++) sum += items[i];
            return sum;
        }
        int main(int argc, char **argv) {
            int limit = atoi(argv[1]);
            int *none = limit > 2 ? NULL : &limit;
            return total(none, limit);
        }
        """
    private static let quit = """
        #include <stdlib.h>
        static void leave(int code) { exit(code); }
        int main(void) { leave(9); }
        """

    /// Compiles `source` to `./prog`, captures `command`, hides the files, and lets gdb run a script over the bundle.
    private func debug(
        _ source: String, _ command: String, files: [String: String] = [:], options: String = "",
        as user: String? = nil, script: String
    ) throws -> (text: String, status: Int32) {
        var files = files
        files["prog.c"] = source
        let session = try AmberSession(files, preparation: "gcc -g -O0 -o prog prog.c")
        _ = try session.shell("amber capture --output $OUT -- \(command)")
        #expect(session.hasBundle)
        try session.site.hide()
        let debug = "debug $OUT --debugger gdb \(options) -- -batch \(script)"
        let end =
            if let user {
                try session.shell(
                    """
                    chmod 644 $OUT; mkdir ${OUT%/*}/theirs; chmod 777 ${OUT%/*}/theirs
                    HOME=${OUT%/*}/theirs XDG_CACHE_HOME=${OUT%/*}/theirs setpriv --reuid \(user) --regid 65534 \
                    --clear-groups \(AmberExecutable.path) \(debug) 2>&1
                    """)
            } else {
                try session.shell("amber \(debug) 2>&1")
            }
        return (end.outputText, end.status)
    }

    private static let look = "-ex bt -ex 'info locals' -ex up -ex 'print limit'"

    @Test func `gdb stops in the crashing frame, with lines, arguments and locals`() throws {
        let (text, status) = try debug(Self.crash, "./prog 7", script: Self.look)
        #expect(text.contains("Program received signal SIGSEGV"), "\(text)")
        #expect(text.contains("total (items=0x0, count=7) at prog.c:5"), "\(text)")
        #expect(text.contains("sum = 0") && text.contains("$1 = 7"), "\(text)")
        #expect(status == 0)
    }

    @Test(.requires(.root)) func `an ordinary user debugs a bundle of root`() throws {
        let (text, _) = try debug(Self.crash, "./prog 7", as: "nobody", script: Self.look)
        #expect(text.contains("total (items=0x0, count=7) at prog.c:5"), "\(text)")
        #expect(text.contains("$1 = 7"), "\(text)")
    }

    @Test func `a run that ends by itself is stopped before its end`() throws {
        let (text, _) = try debug(Self.quit, "./prog", script: "-ex bt")
        #expect(text.contains("leave (code=9) at prog.c:2"), "\(text)")
    }

    @Test func `the program can be had before its first instruction`() throws {
        let script = "-ex 'info breakpoints' -ex 'break main' -ex continue -ex 'print argv[1]'"
        let (text, _) = try debug(Self.crash, "./prog 7", options: "--at start", script: script)
        #expect(text.contains("in _start ()"), "\(text)")
        #expect(text.contains("Breakpoint 1, main (argc=2"), "\(text)")
        #expect(text.contains("\"7\""), "\(text)")
    }

    @Test func `the failing child is the one that is debugged`() throws {
        let (text, _) = try debug(
            Self.crash, "make -s",
            files: ["Makefile": "all: first\n\t./prog 8\nfirst:\n\t./prog 1 || true\n"], script: Self.look)
        #expect(text.contains("total (items=0x0, count=8) at prog.c:5"), "\(text)")
    }

    @Test func `another process is had by its place in the tree`() throws {
        let (text, _) = try debug(
            Self.crash, "sh -c './prog 1; ./prog 9; exit 3'", options: "--process 1.1 --at start",
            script: "-ex 'break total' -ex continue -ex 'info args'")
        #expect(text.contains("count = 1"), "\(text)")
    }

    @Test func `the bundle's own gdb scripts do not run`() throws {
        let script = "python open('/tmp/amber-test-owned', 'w')\nshell touch /tmp/amber-test-owned\n"
        let (text, _) = try debug(
            Self.crash, "sh -c 'cat .gdbinit prog-gdb.gdb prog-gdb.py; exec ./prog 7'",
            files: [
                ".gdbinit": script, "prog-gdb.gdb": script,
                "prog-gdb.py": "open('/tmp/amber-test-owned', 'w')\n",
            ],
            script: Self.look)
        #expect(text.contains("total (items=0x0, count=7)"), "\(text)")
        #expect((try? Files.status("/tmp/amber-test-owned")) == nil)
    }

    @Test(.requires(.program("swiftc"))) func `gdb stands in the failing function of a Swift program`() throws
    {
        let session = try AmberSession(
            [
                "boom.swift": """
                func third(_ items: [Int]) -> Int {
                    let wanted = items.count + 2
                    return items[wanted]
                }
                print(third([1, 2, 3]))
                """
            ], preparation: "swiftc -g -Onone boom.swift -o boom")
        _ = try session.shell("amber capture --output $OUT -- ./boom")
        try session.site.hide()
        let text = try session.shell("amber debug $OUT -- -batch -ex bt 2>&1").outputText
        #expect(text.contains("$s4boom5third"), "\(text)")
        #expect(text.contains("at boom.swift:3") || text.contains("/boom.swift:3"), "\(text)")
    }

    @Test func `a process that the bundle does not have is refused with those it has`() throws {
        let (text, status) = try debug(Self.crash, "./prog 7", options: "--process 7.7", script: "")
        #expect(text.contains("no process 7.7") && text.contains("It has 1"), "\(text)")
        #expect(status == 2)
    }
}
