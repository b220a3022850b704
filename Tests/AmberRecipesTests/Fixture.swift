import AmberModel
import AmberRecipes
import FoundationEssentials
import Testing

/// One captured output, and the signature that must be read out of it.
struct Fixture: CustomTestStringConvertible, Sendable {
    /// The file in `Fixtures/`, without `.txt`; `NAME.stdout.txt` beside it is standard output where it exists.
    let name: String
    let executable: ByteString
    let outcome: Outcome
    let runtime: String?
    let type: String?
    let message: String?
    /// `function@file:line` for the four innermost frames, then how many there are; see `summary(of:)`.
    let frames: String

    init(
        _ name: String, by executable: String, _ outcome: Outcome = .exited(code: 1), runtime: String? = nil,
        type: String? = nil, message: String? = nil, frames: String = "none"
    ) {
        self.name = name
        self.executable = ByteString(executable)
        self.outcome = outcome
        self.runtime = runtime
        self.type = type
        self.message = message
        self.frames = frames
    }

    var testDescription: String { name }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static func read(_ file: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appending(path: file))).map { [UInt8]($0) } ?? []
    }

    /// The signature that the shipped recipes read out of the files.
    func signature() throws -> FailureSignature {
        try Shipped.reader().signature(
            outcome: outcome, program: ProgramTraits(executable: executable, arguments: [executable]),
            standardError: Self.read("\(name).txt"), standardOutput: Self.read("\(name).stdout.txt"))
    }

    /// Expects that the shipped recipes read exactly what the fixture says.
    func expectItsSignature() throws {
        let signature = try signature()
        #expect(signature.outcome == outcome)
        #expect(signature.runtime == runtime)
        #expect(signature.type == type)
        #expect(signature.message == message)
        #expect(Self.summary(of: signature.frames) == frames)
    }

    /// The frames in one line.
    static func summary(of frames: [FailureSignature.Frame]) -> String {
        guard !frames.isEmpty else { return "none" }
        let shown = frames.prefix(4).map { frame in
            let file = frame.file?.split(separator: "/").last.map(String.init) ?? "?"
            return "\(frame.function ?? "?")@\(file):\(frame.line.map(String.init) ?? "?")"
        }
        return shown.joined(separator: " < ") + " (\(frames.count))"
    }
}
