import AmberModel
import AmberTestSupport
import Testing

/// `amber debug` with lldb and delve.
struct NativeDebuggerPipelineTests {
    private static let crash = """
        #include <stdlib.h>
        static int total(const int *items, int count) {
            int sum = 0;
            for (int i = 0; i < count; i++) sum += items[i];
            return sum;
        }
        int main(int argc, char **argv) {
            int limit = atoi(argv[1]);
            return total(limit > 2 ? NULL : &limit, limit);
        }
        """
    private static let build = "gcc -g -O0 -o prog prog.c"

    @Test(.requires(.lldb, .program("gcc"))) func `lldb stops in the crashing frame, with line and locals`()
        throws
    {
        let run = try DebugCase(files: ["prog.c": Self.crash], preparation: Self.build, "./prog 7")
        let (text, _) = try run.debug("--debugger lldb -- --batch -o bt -o 'frame variable'")
        #expect(text.contains("stop reason = signal SIGSEGV"), "\(text)")
        #expect(text.contains("count=7) at prog.c:4") && text.contains("(int) sum = 0"), "\(text)")
    }

    @Test(.requires(.lldb, .program("gcc"))) func `lldb stops before an exit with the recorded status`()
        throws
    {
        let run = try DebugCase(
            files: [
                "prog.c":
                    "#include <stdlib.h>\nstatic void leave(int code) { exit(code); }\nint main(void) { leave(9); }\n"
            ],
            preparation: Self.build, "./prog")
        let (text, _) = try run.debug("--debugger lldb -- --batch -o bt")
        #expect(text.contains("leave(code=9) at prog.c:2"), "\(text)")
    }

    @Test(.requires(.lldb, .program("swiftc")))
    func `lldb shows a Swift program's failing frame and its values`() throws {
        let source = """
            struct Order { var id: Int; var lines: [Int] }
            func third(_ order: Order) -> Int {
                let wanted = order.lines.count + 2
                return order.lines[wanted]
            }
            print(third(Order(id: 4, lines: [1, 2, 3])))
            """
        let run = try DebugCase(
            files: ["boom.swift": source], preparation: "swiftc -g -Onone boom.swift -o boom", "./boom")
        let (text, _) = try run.debug("--debugger lldb -- --batch -o 'frame variable'")
        #expect(text.contains("Fatal error: Index out of range"), "\(text)")
        #expect(text.contains("at boom.swift:4") && text.contains("(Int) wanted = 5"), "\(text)")
        #expect(text.contains("id = 4"), "\(text)")
    }

    @Test(.requires(.lldb, .program("lldb-dap"), .program("gcc"), .program("python3")))
    func `a DAP client over lldb-dap hits a breakpoint and evaluates there`() throws {
        let run = try DebugCase(files: ["prog.c": Self.crash], preparation: Self.build, "./prog 7")
        let end = try run.serve(
            "--debugger lldb --dap 0", until: "client sends",
            client: "python3 \(DebugCase.client("dap.py")) $PORT prog.c 4 count \"$(grep -o '{.*}' $SAID)\"")
        #expect(end.status == 0, "\(end.outputText)\(end.errorText)")
        #expect(end.outputText.contains("stopped: breakpoint\nframe: total"), "\(end.outputText)")
        #expect(end.outputText.contains("value: 7"), "\(end.outputText)")
    }

    @Test(.requires(.gdbWithoutAdapter, .program("gcc")))
    func `an adapter that the debugger has not is refused`() throws {
        let run = try DebugCase(files: ["prog.c": Self.crash], preparation: Self.build, "./prog 7")
        let (text, status) = try run.debug("--dap 0", path: KernelFeature.systemPath)
        #expect(text.contains("has no debug adapter") && status == 2, "\(text)")
    }

    @Test(.requires(.gdbWithAdapter, .program("gcc"), .program("python3")))
    func `a DAP client over gdb's own adapter hits a breakpoint and evaluates there`() throws {
        let run = try DebugCase(files: ["prog.c": Self.crash], preparation: Self.build, "./prog 7")
        let end = try run.serve(
            "--dap 0", until: "client sends",
            client: "python3 \(DebugCase.client("dap.py")) $PORT prog.c 4 count \"$(grep -o '{.*}' $SAID)\"",
            path: KernelFeature.newerGdbPath)
        #expect(end.status == 0, "\(end.outputText)\(end.errorText)")
        #expect(end.outputText.contains("stopped: breakpoint\nframe: total"), "\(end.outputText)")
        #expect(end.outputText.contains("value: 7"), "\(end.outputText)")
    }

    @Test(.requires(.program("make"), .program("gcc"), .program("gdb")))
    func `of make, gcc and cc1 the compiler proper is debugged where it crashes`() throws {
        let plugin = """
            int plugin_is_GPL_compatible;
            int plugin_init(void *info, void *version) { int *none = 0; return *none; }
            """
        let run = try DebugCase(
            files: [
                "Makefile": "all: fine.o bad.o\nbad.o: bad.c\n\tgcc -fplugin=./crash.so -c bad.c\n",
                "fine.c": "int fine;\n", "bad.c": "int bad;\n", "crash.c": plugin,
            ],
            preparation: "gcc -g -O0 -shared -fPIC -o crash.so crash.c", "make -s")
        let (text, _) = try run.debug("-- -batch -ex bt")
        #expect(text.contains("SIGSEGV"), "\(text)")
        #expect(text.contains("plugin_init (info=") && text.contains("crash.c:2"), "\(text)")
    }

    @Test(.requires(.program("dlv"), .program("go")))
    func `delve stops at the panic, and shows the frame's locals`() throws {
        let source = """
            package main

            import "fmt"

            func parse(row []int, at int) int {
            \twidth := len(row) * 11
            \tfmt.Println(width)
            \treturn row[at]
            }

            func main() { fmt.Println(parse([]int{1, 2}, 5)) }
            """
        let run = try DebugCase(
            files: ["job.go": source],
            preparation:
                "GOCACHE=${OUT%/*}/go-cache GO111MODULE=off go build -gcflags 'all=-N -l' -o job job.go",
            "./job")
        let (text, _) = try run.debug("", input: "frame 3\nlocals\nexit\ny\n")
        #expect(text.contains("runtime.fatalpanic"), "\(text)")
        #expect(text.contains("job.go:8") && text.contains("width = 22"), "\(text)")
    }

    @Test(.requires(.program("gdb"), .program("python3"))) func `gdb follows the fork that failed`() throws {
        let source = """
            #include <fcntl.h>
            #include <sys/wait.h>
            #include <unistd.h>
            static int work(int *item) { return open("/dev/null", O_RDONLY) + *item; }
            int main(void) {
                int status, fine = 0;
                if (fork() == 0) _exit(work(&fine));
                wait(&status);
                if (fork() == 0) _exit(work(0));
                wait(&status);
                return 7;
            }
            """
        let run = try DebugCase(files: ["prog.c": source], preparation: Self.build, "./prog")
        let (text, _) = try run.debug("--debugger gdb -- -batch -ex bt")
        #expect(text.contains("SIGSEGV") && text.contains("work (item=0x0) at prog.c:4"), "\(text)")
    }
}
