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
