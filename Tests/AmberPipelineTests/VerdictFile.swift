import AmberBundle
import AmberKernel
import AmberModel
import AmberTestSupport

/// The verdict that `--json` wrote.
enum VerdictFile {
    /// Reads it; where there is none, what the replay said becomes the error.
    static func read(_ path: String, _ end: TestProgram.End) throws -> Verdict {
        guard let bytes = try? Files.contents(KernelPath(path), limit: 16 << 20) else {
            throw Missing(text: end.errorText)
        }
        return try RecordJSON.decode(Verdict.self, from: bytes, subject: path)
    }

    struct Missing: Error, CustomStringConvertible {
        var text: String
        var description: String { "the replay gave no verdict: \(text)" }
    }
}
