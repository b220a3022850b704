import AmberBundle
import AmberKernel
import AmberReplay
import ArgumentParser

/// `amber doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Tell what this machine allows, and how to get the rest.")

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let console = Console()
        let findings = SandboxProbe.run() + [Self.store] + DebugTools.findings
        if json {
            console.answer(try RecordJSON.encode(findings) + [UInt8(ascii: "\n")])
        } else {
            for finding in findings {
                console.answer(
                    "\(finding.isAvailable ? "ok     " : "MISSING") \(finding.feature) (\(finding.neededFor)): \(finding.detail)"
                )
                if let remedy = finding.remedy { console.answer("        → \(remedy)") }
            }
        }
        let isReady = findings.allSatisfy { $0.isAvailable || $0.neededFor == "debug" }
        if !isReady { throw ExitStatus.negative }
    }

    private static var store: SandboxProbe.Finding {
        guard let store = LocalStore.openDefault() else {
            return SandboxProbe.Finding(
                feature: "local store", neededFor: "capture, replay", isAvailable: false,
                detail: "\(LocalStore.defaultDirectory ?? "no home directory") cannot be written",
                remedy: "Set XDG_CACHE_HOME to a directory that you may write to.")
        }
        let usage = store.usage()
        return SandboxProbe.Finding(
            feature: "local store", neededFor: "capture, replay", isAvailable: true,
            detail: "\(store.directory), \(ByteCount.text(usage.blobBytes + usage.layerBytes))")
    }
}
