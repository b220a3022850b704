import AmberModel
import AmberTestSupport
import Testing

/// `amber exec FILE --tool TRACER`: a tracer of this machine over the replayed program.
struct TracerPipelineTests {
    private func trace(_ tool: String, _ arguments: String) throws -> String {
        let session = try AmberSession([
            "job.sh": "sh -c 'cat state > copy; exit 4'\nexit 5\n", "state": "bad\n",
        ])
        _ = try session.shell("amber capture --output $OUT -- sh job.sh")
        #expect(session.hasBundle)
        try session.site.hide()
        return try session.shell("amber exec $OUT --tool \(tool) -- \(arguments) 2>&1").outputText
    }

    @Test(.requires(.program("strace"))) func `strace follows the whole tree from its first instruction`()
        throws
    {
        let text = try trace("strace", "-e trace=openat,exit_group")
        #expect(text.contains("ld.so.cache"), "\(text)")
        #expect(text.contains("\"state\""), "\(text)")
        #expect(text.contains("exit_group(4)") && text.contains("exit_group(5)"), "\(text)")
    }

    @Test(.requires(.program("ltrace"), .program("gcc"))) func `ltrace shows calls of libraries`() throws {
        let text = try look("--tool ltrace -- -e malloc")
        #expect(text.contains("malloc(40)"), "\(text)")
    }

    @Test(.requires(.program("valgrind"), .program("gcc"), .root), arguments: [nil, "nobody"])
    func `valgrind runs the program inside the sandbox, and finds what it does wrong`(_ user: String?) throws
    {
        let text = try look("--tool valgrind -- --error-exitcode=44", as: user)
        #expect(text.contains("Invalid write of size 4") && text.contains("main (leak.c:2)"), "\(text)")
        #expect(text.contains("status 44"), "\(text)")
    }

    @Test(.requires(.program("perf"), .program("gcc"))) func `perf counts from the first instruction`() throws
    {
        let text = try look("--tool perf -- stat -e page-faults")
        #expect(text.contains("page-faults") && !text.contains("<not counted>"), "\(text)")
    }

    @Test(.requires(.program("gdb"), .program("gcc"))) func `gdb is a tool too`() throws {
        let text = try look("--tool gdb -- -batch -ex 'break main' -ex continue")
        #expect(text.contains("main () at leak.c:2"), "\(text)")
    }

    @Test(.requires(.program("perf"))) func `a tool that must be told what to do says so`() throws {
        #expect(try look("--tool perf").contains("perf needs to be told what to do"))
    }

    /// Runs a tool over a program that writes behind its memory.
    private func look(_ options: String, as user: String? = nil) throws -> String {
        let source =
            "#include <stdlib.h>\nint main(void) { int *p = malloc(40); p[10] = 3; return p[11] == 5 ? 1 : 2; }\n"
        let run = try DebugCase(files: ["leak.c": source], preparation: "gcc -g -o leak leak.c", "./leak")
        let command = "exec $OUT \(options) 2>&1; echo status $?"
        guard let user else { return try run.session.shell("amber \(command)").outputText }
        return try run.session.shell(
            """
            chmod 644 $OUT; mkdir ${OUT%/*}/theirs; chmod 777 ${OUT%/*}/theirs
            HOME=${OUT%/*}/theirs XDG_CACHE_HOME=${OUT%/*}/theirs setpriv --reuid \(user) --regid 65534 \
            --clear-groups \(AmberExecutable.path) \(command)
            """
        ).outputText
    }

    @Test func `a tracer that is not installed is named, with what gets it`() throws {
        let session = try AmberSession(["job.sh": "exit 5\n"])
        _ = try session.shell("amber capture --output $OUT -- sh job.sh")
        let end = try session.shell("PATH=/nonexistent \(AmberExecutable.path) exec $OUT --tool strace")
        #expect(end.status == 2)
        #expect(
            end.errorText.contains("strace is not installed")
                && end.errorText.contains("apt-get install strace"))
    }
}
