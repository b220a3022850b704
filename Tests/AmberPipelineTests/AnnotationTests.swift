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
}
