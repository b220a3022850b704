import AmberBundle
import AmberInventory
import AmberKernel
import AmberModel
import AmberRecipes
import AmberSupervisor
import AmberTLS
import AmberWire

/// Turns what was seen of a run into a bundle.
struct Sealing {
    let configuration: CaptureConfiguration
    let circumstances: Circumstances
    let probe: StreamProbe
    let executable: [UInt8]
    let streams: StreamContents
    let observation: Observation
    let traffic: Relay.Result?
    /// Where the caller asked for them: what decrypts the run's TLS sessions.
    var sessionSecrets: SessionKeys?
    let world: WorldRecording
    let run: SealedRun
    let spool: String?

    /// Seals, and reports; a failure to seal never changes what the caller learns of the command.
    func seal() -> CaptureReport {
        var report = CaptureReport(outcome: run.outcome)
        do {
            try seal(&report)
        } catch let error as BundleError {
            report.notes.append("no bundle was written: \(error)")
        } catch {
            report.notes.append("no bundle was written: \(error)")
        }
        return report
    }

    private func seal(_ report: inout CaptureReport) throws {
        let collection = try RecipeCollection(files: configuration.recipeFiles)
        let recipes = collection.recipes
        report.notes += collection.refused.map { "a recipe was left out: \($0)" }
        let store = LocalStore.openDefault()
        let program = program
        var signature = FailureReader(recipes: recipes).signature(
            outcome: run.outcome, program: program,
            standardError: run.subject.failureText?.error ?? streams.errorBytes,
            standardOutput: run.subject.failureText?.output ?? streams.contents[1]?.bytes ?? [])
        signature = naming(signature)
        signature.status = run.subject.status
        signature = signature.telling(run.subject.failure)
        addIncluded()
        addNeighbours(program, recipes)
        let failed = failed(recipes, signature, program)
        let probes = probes(collection, failed)
        // Beside everything else: commands take their time.
        let answers = ConcurrentWork("amber-probes") { probes?.answers() ?? [] }
        RuntimeFiles(
            observation: observation, recipes: failed.recipes, signature: signature,
            workingDirectory: circumstances.workingDirectory,
            arguments: configuration.arguments.map(\.bytes)
        ).add()
        var files = FileSelection(
            observation: observation, secrets: SecretPaths(recipes: recipes),
            excluded: configuration.excluded.map { Glob($0) }, userID: circumstances.userID,
            groups: Set(circumstances.groups + [circumstances.groupID])
        ).select()
        let touched = files.filter { $0.status != nil }.map(\.record.path)
        let survey = ConcurrentWork("amber-inventory") {
            Inventory(
                runTool: { ToolRun.run($0, limit: $1)?.output },
                cache: store.map { InventoryCache(directory: $0.inventories) }
            ).survey(touched)
        }
        let listing = ConcurrentWork("amber-survey") { DirectorySurvey(observation: observation).touched() }
        let gathering = FileGathering(
            store: store, timeBudget: configuration.sealingTime, spool: observation.keeper.spoolNumber)
        gathering.gather(&files)
        let inventory = survey.result()
        for index in files.indices {
            files[index].record.package = inventory.ownerName(of: files[index].record.path)
        }
        gathering.refusePrivateKeys(&files)
        let (destination, isChosen, note) = destination()
        if let note { report.notes.append(note) }
        var writer = try BundleWriter(
            destination: destination, replaces: isChosen, compression: configuration.compression,
            store: store, sizeLimit: configuration.maximumSize)
        let plan = LayerPlan(inventory: inventory, recipes: recipes, spool: observation.keeper.spoolNumber)
        var entries = plan.entries(of: &files)
        // Beside the compression, which leaves a processor idle now and then.
        let directories = ConcurrentWork("amber-survey") { [files] in
            DirectoryLines.write(files, self, beside: listing)
        }
        let trace = ConcurrentWork("amber-events") { Result { try EventTrace(observation, spool: spool) } }
        let carriers = ConcurrentWork("amber-xattr") { [files] in ExtendedAttributes.carriers(files) }
        for layer in [LayerName.inputs, .app, .runtime, .system] {
            try add(layer, entries.removeValue(forKey: layer) ?? [], &files, &writer, &report)
        }
        let network = try NetworkFiles(traffic, self)
        let fidelity = FidelityAssessment(
            observation: observation, world: world, files: files, attributeCarriers: carriers.result(),
            traffic: traffic, sessions: network.sessions,
            recordsNetwork: configuration.recordsNetwork, probe: probe,
            inheritedRow: circumstances.inherited.row(for: configuration.arguments),
            rescuedCount: run.rescuedCount,
            streamsComplete: streams.contents.map { $0?.isComplete }
        ).report()
        let record = recordFiles(signature, files, fidelity, inventory)
        let events = try trace.result().get()
        var fileLines = RecordLine()
        for file in files { fileLines.append(file.record) }
        let recordEntries =
            try record.entries() + world.entries() + run.subject.entries
            + Capture.annotationEntries(run.outcome, said: observation.annotations)
            + FailureProbes.entries(answers.result()) + [
                LayerEntry.record("files.jsonl", fileLines.take()),
                LayerEntry.record("directories.jsonl", directories.result()),
                LayerEntry.record(
                    "events.jsonl.zst", .descriptor(events.file.number),
                    sizeInBytes: try Files.status(of: events.file.number).sizeInBytes),
            ] + network.entries
        try writer.addLayer(.record, recordEntries)
        withExtendedLifetime((network, events)) {}  // they keep the files open that entries are stretches of
        report.bundle = try writer.seal(
            configuration: record.imageConfiguration,
            annotations: ["org.opencontainers.image.title": record.info.title])
        report.signature = signature
        report.fidelity = fidelity
        _ = store?.prune()
    }

    /// Adds a layer; where it would not fit, its largest files are left out and labelled.
    private func add(
        _ layer: LayerName, _ entries: [LayerEntry], _ files: inout [SelectedFile],
        _ writer: inout BundleWriter,
        _ report: inout CaptureReport
    ) throws(BundleError) {
        var entries = entries
        while true {
            do {
                let summary = try writer.addLayer(layer, entries)
                note(summary?.deviations ?? [], in: &files)
                return
            } catch  where error.code == .sizeLimit {
                let left = Self.withoutLargest(entries)
                guard left.count < entries.count else { throw error }
                let kept = Set(left.map(\.path))
                for index in files.indices where files[index].record.layer == layer {
                    guard files[index].record.metadata?.kind == .file,
                        !kept.contains(files[index].record.path)
                    else {
                        continue
                    }
                    files[index].record.absence = .overBudget
                    files[index].record.layer = nil
                }
                report.notes.append(
                    "\(entries.count - left.count) files did not fit the size limit; --max-size raises it")
                entries = left
            }
        }
    }

    /// The entries without the files that make up the larger half of the bytes.
    private static func withoutLargest(_ entries: [LayerEntry]) -> [LayerEntry] {
        let sizes = entries.filter { $0.metadata.kind == .file }.map(\.metadata.sizeInBytes).sorted(by: >)
        let total = sizes.reduce(0, +)
        var sum: UInt64 = 0
        var bound: UInt64 = 0
        for size in sizes {
            sum += size
            bound = size
            if sum * 2 >= total { break }
        }
        return entries.filter { $0.metadata.kind != .file || $0.metadata.sizeInBytes < bound }
    }

    private func note(_ deviations: [LayerSummary.Deviation], in files: inout [SelectedFile]) {
        guard !deviations.isEmpty else { return }
        let byPath = Dictionary(deviations.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        for index in files.indices {
            guard let deviation = byPath[files[index].record.path] else { continue }
            files[index].record.digest = deviation.digest
            files[index].record.note = "it was being changed while the bundle was sealed"
            if case .unreadable(let text) = deviation.reason {
                files[index].record.absence = .unreadable
                files[index].record.note = text
            }
        }
    }

    /// Where the bundle goes; what the user chose is replaced.
    private func destination() -> (String, isChosen: Bool, note: String?) {
        if let output = run.subject.output ?? configuration.output {
            let parent = output.lastIndex(of: "/").map { String(output[..<$0]) } ?? "."
            if Files.mayWrite(KernelPath(parent.isEmpty ? "/" : parent)) { return (output, true, nil) }
            // The failure may never come back: better a bundle elsewhere than none.
            let (other, _) = BundleName.choose(
                for: configuration.arguments, startedAt: run.startedAt,
                workingDirectory: circumstances.workingDirectory)
            let place = other.lastIndex(of: "/").map { String(other[..<$0]) } ?? "."
            return (other, false, "\(parent) cannot be written: the bundle is in \(place)")
        }
        let (path, note) = BundleName.choose(
            for: configuration.arguments, startedAt: run.startedAt,
            workingDirectory: circumstances.workingDirectory)
        return (path, false, note)
    }

    private func addIncluded() {
        for path in circumstances.inherited.inputs {
            observation.touch(path, status: try? Files.status(KernelPath(path)), uses: .read)
        }
        for pattern in configuration.included {
            for path in GlobSearch.paths(matching: pattern, limit: 10_000) {
                observation.touch(path, status: try? Files.status(KernelPath(path)), uses: .read)
            }
        }
    }

    private func recordFiles(
        _ signature: FailureSignature, _ files: [SelectedFile], _ fidelity: FidelityReport,
        _ inventory: InventoryReport
    ) -> RecordFiles {
        let command = configuration.arguments.prefix(4).map(\.description).joined(separator: " ")
        let more = configuration.arguments.count > 4 ? " …" : ""
        let end = run.subject.title ?? run.outcome.description
        let failure = signature.type.map { "\($0), \(end)" } ?? end
        let info = BundleInfo(
            kind: run.subject.kind, created: Timestamp.text(Clock.realtime()),
            amberVersion: AmberVersion.current,
            title: "\(command)\(more): \(failure)")
        return RecordFiles(
            info: info, run: runRecord(signature, streams),
            host: HostSurvey.record(environment: circumstances.environment.map { ByteString($0) }),
            fidelity: fidelity, packages: inventory.packages,
            processes: observation.processes.entries.map(\.record), streams: streams,
            kernelFiles: files.compactMap { file in
                guard case .kernel(let content) = file.source, !KernelFiles.isSystem(file.record.path.bytes)
                else { return nil }
                return (file.record.path, content)
            })
    }

    private func runRecord(_ signature: FailureSignature, _ streams: StreamContents) -> RunRecord {
        RunRecord(
            arguments: configuration.arguments,
            executable: ByteString(PathJoin.absolute(executable, in: circumstances.workingDirectory)),
            environment: circumstances.environment.map { ByteString($0) },
            workingDirectory: ByteString(circumstances.workingDirectory), userID: circumstances.userID,
            groupID: circumstances.groupID, groups: circumstances.groups,
            userName: ThisProcess.userName(circumstances.userID), umask: circumstances.mask,
            limits: circumstances.limits, nice: circumstances.nice,
            ignoredSignals: Circumstances.numbers(of: circumstances.ignoredSignals),
            blockedSignals: Circumstances.numbers(of: circumstances.blockedSignals),
            standardInput: streams.stream(0, probe), standardOutput: streams.stream(1, probe),
            standardError: streams.stream(2, probe), startedAt: run.startedAt,
            processID: run.processID,
            outcome: run.outcome,
            resourceUse: RunRecord.ResourceUse(
                wallTime: run.wallTime, userTime: run.use.userTime, systemTime: run.use.systemTime,
                maximumResidentSize: run.use.maximumResidentSize),
            signature: signature)
    }
}
