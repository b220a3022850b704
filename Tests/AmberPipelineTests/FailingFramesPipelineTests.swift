import AmberModel
import AmberTestSupport
import Testing

/// The stack of a crash that printed none, out of a replay.
@Suite(.requires(.program("gdb"))) struct FailingFramesPipelineTests {
    private static let swift = """
        struct Order { var id: Int }
        struct Bad: Error {}
        func third(_ order: Order) -> Int { fatalError("no third of \\(order.id)") }
        func work(_ kind: String) throws -> Int {
            if kind == "fatal" { return third(Order(id: 4)) }
            if kind == "unwrap" { return Int("zz")! }
            throw Bad()
        }
        print(try work(CommandLine.arguments[1]))
        """

    @Test(.requires(.program("swiftc")))
    func `a Swift program without its own backtrace has demangled frames from a replay`() throws {
        let session = try AmberSession(["boom.swift": Self.swift], preparation: "swiftc -g boom.swift")
        for kind in ["fatal", "unwrap", "error"] {
            _ = try session.shell(
                "SWIFT_BACKTRACE=enable=no amber capture --output ${OUT%.amber}-\(kind).amber -- ./boom \(kind)"
            )
        }
        try session.site.hide()
        let top = [
            "fatal": "boom.third(boom.Order) -> Swift.Int /",
            "unwrap": "boom.work(Swift.String) throws -> Swift.Int /",
            "error": "swift_errorInMain",
        ]
        for (kind, frame) in top {
            let end = try session.shell(
                """
                OUT=${OUT%.amber}-\(kind).amber; amber show $OUT
                amber replay $OUT --frames; amber show $OUT; amber show --markdown $OUT
                """)
            // What the run itself told was module and offset: the module's own symbols name the functions.
            #expect(end.outputText.contains("from boom.") || kind == "error", "\(end.outputText)")
            #expect(end.errorText.contains("— the same failure"), "\(end.errorText)")
            #expect(end.errorText.contains("frames, as gdb saw them in another replay:"), "\(end.errorText)")
            #expect(
                end.errorText.contains(frame) && end.errorText.contains("boom.swift:"), "\(end.errorText)")
            #expect(end.outputText.contains("frames     from a replay under gdb:"), "\(end.outputText)")
            #expect(end.outputText.contains("frames, from a replay under gdb:"), "\(end.outputText)")
        }
    }

    @Test(.requires(.program("gcc")))
    func `frames come from the child that crashed, and its output is not shown twice`()
        throws
    {
        let source = """
            #include <stdio.h>
            static int total(int *items) { puts("once"); fflush(stdout); return *items; }
            int main(int argc, char **argv) { return total(0); }
            """
        let session = try AmberSession(["prog.c": source], preparation: "gcc -g -O0 -o prog prog.c")
        _ = try session.shell("amber capture --output $OUT -- sh -c './prog; exit 9'")
        let (end, verdict) = try session.replay("--frames")
        #expect(verdict.debuggerFrames?.first?.function == "total", "\(end.errorText)")
        #expect(verdict.debuggerFrames?.first?.line == 2 && verdict.debuggerFrames?.last?.function == "main")
        #expect(end.outputText == "once\n")
    }
}
