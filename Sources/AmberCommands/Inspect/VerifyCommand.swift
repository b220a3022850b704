import AmberBundle
import AmberModel
import ArgumentParser

/// `amber verify FILE`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check every digest of a bundle.")

    /// The answer as JSON.
    private struct Answer: Encodable {
        var isSound: Bool
        var manifestDigest: Digest
        var layerCount: Int
        var entryCount: Int
        var comparedFileCount: Int
        var problems: [String]
    }

    @Argument(help: "The bundle.")
    var file: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let console = Console()
        let report: VerificationReport
        do { report = try BundleReader(path: file).verify() } catch {
            console.say("\(error)")
            throw ExitStatus.failure
        }
        let answer = Answer(
            isSound: report.isSound, manifestDigest: report.manifestDigest, layerCount: report.layerCount,
            entryCount: report.entryCount, comparedFileCount: report.comparedFileCount,
            problems: report.problems.map { "\($0.subject): \($0.text)" })
        if json {
            console.answer(try RecordJSON.encode(answer) + [UInt8(ascii: "\n")])
        } else {
            for problem in report.problems { console.answer("\(problem.subject): \(problem.text)") }
            let conclusion = report.isSound ? "sound" : "\(report.problemCount) problems"
            console.answer(
                "\(file): \(conclusion); \(report.layerCount) layers, \(report.entryCount) entries, "
                    + "\(report.comparedFileCount) files compared")
        }
        if !report.isSound { throw ExitStatus.negative }
    }
}
