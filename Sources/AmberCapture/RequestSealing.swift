import AmberBundle
import AmberInventory
import AmberKernel
import AmberModel
import AmberRecipes

/// Seals requests to a service of which nothing else is known: the record of the host and of the exchanges.
package final class RequestSealing: Sendable {
    private let upstream: String
    private let normaliser: Normaliser

    /// Prepares for a service at an address.
    package init(upstream: String) throws {
        self.upstream = upstream
        normaliser = Normaliser(rules: try RecipeCollection(files: []).recipes.flatMap(\.normalisation))
    }

    /// A text without what differs from run to run.
    package func normalise(_ bytes: [UInt8]) -> [UInt8] { normaliser.normalise(bytes).bytes }

    /// Seals a bundle; the report's notes say why there is none where there is none.
    package func seal(_ subject: SealingSubject) -> CaptureReport {
        var report = CaptureReport(outcome: .running)
        do {
            report.bundle = try write(subject)
        } catch {
            report.notes.append("no bundle was written: \(error)")
        }
        return report
    }

    private func write(_ subject: SealingSubject) throws -> SealedBundle {
        let host = HostSurvey.record(environment: ThisProcess.environment.map { ByteString($0) })
        let info = BundleInfo(
            kind: subject.kind, created: Timestamp.text(Clock.realtime()), amberVersion: AmberVersion.current,
            title: "\(upstream): \(subject.title ?? "")")
        let absent = ["files", "directories", "processes", "environment", "stdout", "stderr", "network"].map {
            FidelityReport.Row(
                aspect: $0, level: .absent,
                reason: "the service ran elsewhere: --attach sees its requests only",
                remedy: "start it with `amber serve … -- CMD`")
        }
        let fidelity = FidelityReport(
            rows: absent + [FidelityReport.Row(aspect: "requests", level: .exact)])
        var writer = try BundleWriter(
            destination: subject.output ?? "request.amber", compression: .zstd, store: nil,
            sizeLimit: 2 << 30)
        let entries =
            [
                LayerEntry.record("bundle.json", try RecordJSON.encode(info)),
                LayerEntry.record("host.json", try RecordJSON.encode(host)),
                LayerEntry.record("fidelity.json", try RecordJSON.encode(fidelity)),
            ] + subject.entries
        try writer.addLayer(.record, entries)
        return try writer.seal(
            configuration: ImageConfiguration(
                architecture: ImageConfiguration.architecture(ofMachine: host.architecture), environment: [],
                command: [], workingDirectory: "/", user: "0:0", created: info.created,
                labels: ["dev.amber.title": info.title]),
            annotations: ["org.opencontainers.image.title": info.title])
    }
}
