import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// A bundle with files that debuggers and runtimes run by themselves: none of them runs outside of the sandbox.
///
/// Each file would leave a mark below `$MARKS`, a directory that the sandbox does not have: only code that runs out here
/// can.
struct HostileDebugPipelineTests {
    private static let marks = "/var/tmp/amber-hostile-\(ThisProcess.processID)"
    private static let shell = "touch \(marks)/ran\n"
    private static let gdb = "shell touch \(marks)/ran\npython open('\(marks)/ran', 'w')\n"
    private static let python = "import os\nos.system('touch \(marks)/ran')\n"
    private static let node = "require('child_process').execSync('touch \(marks)/ran')\n"
    private static let crash = "int main(void) { return *(volatile int *)0; }\n"

    /// Runs `body` in a place with the marks' directory there, and tells whether a mark was left.
    private func leavesMark(_ body: () throws -> Void) throws -> Bool {
        try Files.makeDirectories(Self.marks, mode: 0o777)
        defer { try? Files.removeTree(KernelPath(Self.marks)) }
        try body()
        return (try? Files.status(KernelPath(Self.marks + "/ran"))) != nil
    }

    @Test(.requires(.program("gdb"), .program("gcc"))) func `gdb runs nothing of a bundle's`() throws {
        let run = try DebugCase(
            files: [
                "prog.c": Self.crash, ".gdbinit": Self.gdb, "prog-gdb.gdb": Self.gdb,
                "prog-gdb.py": Self.python,
                "home/.gdbinit": Self.gdb, "home/.gdbearlyinit": Self.gdb,
            ], preparation: "gcc -g -o prog prog.c",
            "sh -c 'cat .gdbinit prog-gdb.* home/.gdb*; exec ./prog'", environment: "HOME=$PWD/home")
        let isMarked = try leavesMark {
            let (text, _) = try run.debug("--process 1 -- -batch -ex bt")
            #expect(text.contains("SIGSEGV"), "\(text)")
        }
        #expect(!isMarked)
    }

    @Test(.requires(.program("gdb"), .program("gcc")))
    func `gdb runs no script that a section of a program names`() throws {
        // .debug_gdb_scripts: 1 is SECTION_SCRIPT_ID_PYTHON_FILE, 4 a script as text.
        let source = """
            __asm__(".pushsection \\".debug_gdb_scripts\\", \\"MS\\",@progbits,1\\n"
                    ".byte 4\\n.ascii \\"gdb.inlined-script\\\\nimport os\\\\nos.system('touch \(Self.marks)/ran')\\\\n\\"\\n.byte 0\\n"
                    ".popsection\\n");
            int main(void) { return *(volatile int *)0; }
            """
        let run = try DebugCase(files: ["prog.c": source], preparation: "gcc -g -o prog prog.c", "./prog")
        let isMarked = try leavesMark {
            let (text, _) = try run.debug("-- -batch -ex bt")
            #expect(text.contains("SIGSEGV"), "\(text)")
        }
        #expect(!isMarked)
    }

    @Test(.requires(.lldb, .program("gcc"))) func `lldb runs nothing of a bundle's`() throws {
        let script = "platform shell touch \(Self.marks)/ran\nscript open('\(Self.marks)/ran', 'w')\n"
        let run = try DebugCase(
            files: [
                "prog.c": Self.crash, ".lldbinit": script, "home/.lldbinit": script, "prog.py": Self.python,
            ],
            preparation: "gcc -g -o prog prog.c", "sh -c 'cat .lldbinit prog.py home/.lldbinit; exec ./prog'",
            environment: "HOME=$PWD/home")
        let isMarked = try leavesMark {
            let (text, _) = try run.debug("--debugger lldb --process 1 -- --batch -o bt")
            #expect(text.contains("SIGSEGV"), "\(text)")
        }
        #expect(!isMarked)
    }

    @Test(.requires(.program("python3"))) func `python's own start-up files run inside only`() throws {
        let run = try DebugCase(
            files: [
                "job.py": "def work(row):\n    return int(row)\nwork('x7')\n",
                ".pdbrc": "!\(Self.python.split(separator: "\n").joined(separator: "; "))\n",
                "home/.pdbrc": "!\(Self.python.split(separator: "\n").joined(separator: "; "))\n",
                "lib/sitecustomize.py": Self.python, "lib/usercustomize.py": Self.python,
                "lib/evil.pth": "import os; os.system('touch \(Self.marks)/ran')\n",
                "lib/debugpy.py": Self.python,
            ], "python3 job.py", environment: "HOME=$PWD/home PYTHONPATH=$PWD/lib")
        let isMarked = try leavesMark {
            let (text, _) = try run.debug("-- -c 'p row' -c q")
            #expect(text.contains("'x7'"), "\(text)")
        }
        #expect(!isMarked)
    }

    @Test(.requires(.debugpy)) func `an adapter for Python is this machine's, not the bundle's`() throws {
        let run = try DebugCase(
            files: [
                "job.py": "def work(row):\n    return int(row)\nwork('x7')\n", "lib/debugpy.py": Self.python,
                "lib/sitecustomize.py": Self.python,
            ], "python3 job.py", environment: "PYTHONPATH=$PWD/lib")
        let isMarked = try leavesMark {
            let end = try run.serve(
                "--dap 0", until: "debugpy waits",
                client: "python3 \(DebugCase.client("dap.py")) $PORT \(run.session.site.place)/job.py 2 row",
                path: DebugCase.debugpyPath)
            #expect(end.outputText.contains("value: 'x7'"), "\(end.outputText)\(end.errorText)")
        }
        #expect(!isMarked)
    }

    @Test(.requires(.program("node"))) func `recorded NODE_OPTIONS are not those of the client out here`()
        throws
    {
        let run = try DebugCase(
            files: ["job.js": "throw new Error('bad')\n", "evil.js": "try { \(Self.node) } catch {}\n"],
            "node job.js",
            environment: "NODE_OPTIONS='--require ./evil.js'")
        let isMarked = try leavesMark {
            let (text, _) = try run.debug("-- -c bt -c .exit")
            #expect(text.contains("#0 (anonymous)"), "\(text)")
        }
        #expect(!isMarked)
    }

    @Test(.requires(.program("gdb"), .program("gcc"))) func `a debug file of another build is not taken`()
        throws
    {
        let run = try DebugCase(
            files: [
                "prog.c": "static int inner(int *p) { return *p; }\nint main(void) { return inner(0); }\n"
            ],
            preparation: """
                gcc -g -O0 -Wl,--build-id=sha1 -o prog prog.c && objcopy --only-keep-debug prog prog.debug
                sed 's/inner/other/g' prog.c > other.c && gcc -g -O0 -Wl,--build-id=sha1 -o other other.c
                objcopy --strip-debug --add-gnu-debuglink=prog.debug prog
                objcopy --only-keep-debug other prog.debug
                """, "sh -c 'cat prog.debug > /dev/null; exec ./prog'")
        let (text, _) = try run.debug("--process 1 -- -batch -ex bt")
        #expect(text.contains("SIGSEGV") && text.contains("in inner ()"), "\(text)")
    }
}
