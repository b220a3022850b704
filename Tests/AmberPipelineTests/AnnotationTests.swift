import AmberBundle
import AmberCapture
import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// What a program that captures with the library says of its own.
struct AnnotationTests {
    @Test func `annotations go into the bundle of a run that failed`() async {
        await #expect(processExitsWith: .success) {
            Capture.onFailure { outcome, annotations in
                annotations["order"] = "4711"
                annotations["end"] = outcome.description
            }
            let place = "/tmp/amber-annotations-\(ThisProcess.processID)"
            try Files.makeDirectories(place, mode: 0o755)
            defer { try? Files.removeTree(KernelPath(place)) }
            var configuration = CaptureConfiguration(arguments: ["sh", "-c", "exit 3"])
            configuration.output = place + "/run.amber"
            _ = try Capture.run(configuration)
            let text = try BundleReader(path: place + "/run.amber").contents(
                of: "annotations.json", limit: 4096)
            #expect(String(decoding: text ?? [], as: UTF8.self) == #"{"end":"exit code 3","order":"4711"}"#)
        }
    }

    @Test func `a program that is captured says what it knows by opening what is not there`() throws {
        let session = try AmberSession()
        let script = """
            : < /.amber/annotations/order/4711; : < "/.amber/annotations/order/47%2F12 $$"
            : < /.amber/annotations/customer/%C3%85sa; exit 3
            """
        let end = try session.shell(
            "amber capture --output $OUT -- bash -c '\(script)' 2> /dev/null; amber show $OUT")
        #expect(end.outputText.contains("annotations\n  customer: Åsa\n  order: 47/12 "), "\(end.outputText)")
        let (replay, verdict) = try session.replay()
        #expect(verdict.reproduced && verdict.divergences.isEmpty, "\(replay.errorText)")
    }

    @Test func `nothing comes of it where nobody captures`() throws {
        let session = try AmberSession()
        let end = try session.shell(
            "bash -c ': < /.amber/annotations/order/4711' 2>&1; ls -d /.amber; exit 0")
        #expect(end.outputText.contains("No such file or directory"), "\(end.outputText)")
        #expect((try? Files.status("/.amber")) == nil)
    }
}
