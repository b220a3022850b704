import AmberBundle
import AmberInventory
import AmberKernel
import AmberModel
import AmberSupervisor

/// The files below `/.amber`, but for the trace and the listings, which are streamed.
struct RecordFiles {
    let info: BundleInfo
    let run: RunRecord
    let host: HostRecord
    let fidelity: FidelityReport
    let packages: [PackageRecord]
    let processes: [ProcessRecord]
    let streams: StreamContents
    /// What the kernel said of itself, by path below `/proc`.
    let kernelFiles: [(path: ByteString, content: [UInt8])]

    /// The entries of the record layer.
    func entries() throws -> [LayerEntry] {
        var entries = [
            LayerEntry.record("bundle.json", try RecordJSON.encode(info)),
            LayerEntry.record("run.json", try RecordJSON.encode(run)),
            LayerEntry.record("host.json", try RecordJSON.encode(host)),
            LayerEntry.record("fidelity.json", try RecordJSON.encode(fidelity)),
            LayerEntry.record("processes.jsonl", try RecordJSON.lines(processes)),
            LayerEntry.record(
                "packages.cdx.json",
                try CycloneDX.encode(
                    packages, title: info.title, created: info.created, amberVersion: info.amberVersion,
                    serialNumber: Timestamp.uniqueID(), distribution: host.distribution)),
        ]
        for (name, content) in zip(["stdin", "stdout", "stderr"], streams.contents) {
            if let content { entries.append(LayerEntry.record(name, content.bytes)) }
        }
        for (path, content) in kernelFiles {
            entries.append(LayerEntry.record("pseudo\(path)", content))
        }
        return entries
    }

    /// The image's configuration, so that any container engine can run the bundle.
    var imageConfiguration: ImageConfiguration {
        var command = run.arguments
        if !command.isEmpty { command[0] = run.executable }
        return ImageConfiguration(
            architecture: ImageConfiguration.architecture(ofMachine: host.architecture),
            environment: run.environment,
            command: command, workingDirectory: run.workingDirectory, user: "\(run.userID):\(run.groupID)",
            created: info.created, labels: ["dev.amber.title": info.title])
    }
}
