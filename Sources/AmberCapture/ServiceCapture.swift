import AmberBundle
package import AmberKernel
package import AmberModel
import AmberRecipes
import AmberSupervisor
import AmberWire
import Synchronization

/// A command that goes on while bundles are sealed of it: a service.
///
/// One thread starts it and calls `run`; any thread may ask for output and seal.
package final class ServiceCapture: @unchecked Sendable {
    // @unchecked: `program` is used by the thread that started it alone; everything else never changes after `start`.

    private let configuration: CaptureConfiguration
    private let circumstances: Circumstances
    private let probe: StreamProbe
    private let executable: [UInt8]
    private let spool: String?
    private let program: SupervisedProgram
    private let recorder: Recorder
    private let world: WorldRecorder
    private let relay: Relay?
    private let recordings: [StreamRecording?]
    private let memory: SupervisorMemory
    /// The pid of the command.
    package let processID: Int32
    /// When it was started, nanoseconds since the epoch.
    package let startedAt: Int64
    private let beganAt: Int64
    private let ended = Mutex<SupervisedProgram.Result?>(nil)
    private let readyAt = Mutex<Int64?>(nil)
    private let knowledge = Mutex<Knowledge?>(nil)

    /// What recipes know, read when the first failure asks for it.
    private struct Knowledge: Sendable {
        var reader: FailureReader
        var normaliser: Normaliser
        var program: ProgramTraits
    }

    /// Where nameless files may go; nil where no directory takes them.
    package static var spoolDirectory: String? { SpoolDirectory.find(environment: ThisProcess.variable) }

    /// Starts a command under capture; its exec has succeeded when this returns.
    ///
    /// As `Capture.run`: call it from the main thread before others exist; signals are blocked in it.
    package static func start(_ configuration: CaptureConfiguration) throws(CaptureError) -> ServiceCapture {
        ThisProcess.limitMemory()
        var configuration = configuration
        configuration.trafficLimits = .service
        let circumstances = Circumstances()
        let probe = StreamProbe()
        probe.occupyClosed()
        let executable = try Capture.find(configuration, circumstances)
        if PrivilegedFile.losesRights(executable) {
            circumstances.restoreSignals()
            throw PrivilegedFile.refusal(
                executable, remedy: "Serve as root, or start it yourself and record its requests: --attach")
        }
        let spool = SpoolDirectory.find(environment: circumstances.variable)
        var plan = ProgramPlan(
            executable: KernelPath(executable),
            arguments: configuration.arguments.map { KernelPath($0.bytes) },
            environment: circumstances.environment.map { KernelPath($0) })
        plan.blockedSignals = circumstances.blockedSignals
        plan.ignoredSignals = circumstances.ignoredSignals
        do {
            let session = try Capture.start(plan, probe, spool, nil, configuration)
            Capture.liftOwnLimits()
            try Capture.awaitExec(session.program, configuration)
            return ServiceCapture(session, configuration, circumstances, probe, executable, spool)
        } catch {
            circumstances.restoreSignals()
            throw error
        }
    }

    private init(
        _ session: Capture.Session, _ configuration: CaptureConfiguration, _ circumstances: Circumstances,
        _ probe: StreamProbe, _ executable: [UInt8], _ spool: String?
    ) {
        self.configuration = configuration
        self.circumstances = circumstances
        self.probe = probe
        self.executable = executable
        self.spool = spool
        program = session.program
        recorder = session.recorder
        world = session.world
        relay = session.relay
        recordings = session.program.streamRecordings
        memory = session.program.memory
        processID = session.program.processID
        startedAt = session.program.startedAt
        beganAt = session.program.beganAt
    }

    /// Waits for the command to end, as `SupervisedProgram.run`.
    package func run(_ takes: (Int32) -> Bool) throws(SyscallError) -> Outcome {
        let result = try program.run(takes)
        ended.withLock { $0 = result }
        return result.outcome
    }

    /// How the command ended; `running` while it has not.
    package var outcome: Outcome { ended.withLock { $0?.outcome } ?? .running }

    /// The failure that the service told of in a stretch of its output and error; `outcome` is how it was then.
    package func signature(
        output: [UInt8], error: [UInt8], status: Int?, outcome: Outcome
    ) -> FailureSignature {
        var signature = known.reader.signature(
            outcome: outcome, program: known.program, standardError: error, standardOutput: output)
        signature.status = status
        return signature
    }

    /// A text without what differs from run to run.
    package func normalise(_ bytes: [UInt8]) -> [UInt8] { known.normaliser.normalise(bytes).bytes }

    private var known: Knowledge {
        knowledge.withLock { knowledge in
            if let knowledge { return knowledge }
            let recipes = (try? RecipeCollection(files: configuration.recipeFiles).recipes) ?? []
            let read = Knowledge(
                reader: FailureReader(recipes: recipes),
                normaliser: Normaliser(rules: recipes.flatMap(\.normalisation)),
                program: ProgramTraits(
                    executable: ByteString(PathJoin.absolute(executable, in: circumstances.workingDirectory)),
                    arguments: configuration.arguments, below: ["/"]))
            knowledge = read
            return read
        }
    }

    /// What the service said to its peers, as far as it has to do with what is sealed.
    private func traffic(_ subject: SealingSubject) -> Relay.Result? {
        guard var result = relay?.snapshot() else { return nil }
        guard let window = subject.window else { return result }
        let ready = readyAt.withLock { $0 } ?? .max
        // What lies beside the window answers other requests than the recorded one, as far as there is room for it.
        var room = Self.trafficBeside
        result.records = result.records.reversed().filter { record in
            let end = record.closedAt > 0 ? record.closedAt : .max
            if record.openedAt <= window.upperBound && end >= window.lowerBound || record.openedAt <= ready {
                return true
            }
            room.conversations -= 1
            room.bytes -= record.storedBytes
            return room.conversations >= 0 && room.bytes >= 0
        }.reversed()
        return result
    }

    /// Most of what was said to peers outside the failing request's time.
    private static let trafficBeside = (conversations: 2000, bytes: 8 << 20)

    /// The service is ready: what it says to its peers from now on is kept for a while only.
    package func markReady() {
        readyAt.withLock { $0 = Clock.monotonic() }
        relay?.markStarted()
    }

    /// CLOCK_MONOTONIC that the times in bundles count from.
    package var timesBegin: Int64 { recorder.beganAt }

    /// Lets the recorder go when no bundle is wanted any more.
    package func close() { recorder.close() }

    /// Bytes that passed through standard output (1) or error (2) so far.
    package func position(of stream: Int) -> UInt64 {
        if let recording = recordings[stream] { return recording.total }
        guard case .file = probe.streams[stream].kind,
            let size = try? Files.status(of: Int32(stream)).sizeInBytes
        else { return 0 }
        return UInt64(clamping: Int64(clamping: size) - probe.streams[stream].start)
    }

    /// What was kept of a stretch of standard output (1) or error (2).
    package func output(of stream: Int, in range: Range<UInt64>) -> [UInt8] {
        let most: UInt64 = 4 << 20
        let range = range.count > most ? (range.upperBound - most)..<range.upperBound : range
        if let recording = recordings[stream] { return recording.bytes(in: range) }
        guard case .file = probe.streams[stream].kind, !range.isEmpty,
            let file = try? Files.open(
                KernelPath("/proc/self/fd/\(stream)"), Files.Flag.readOnly | Files.Flag.nonBlocking)
        else { return [] }
        let start = UInt64(clamping: probe.streams[stream].start) + range.lowerBound
        return (try? Files.readBytes(file.number, at: start, count: range.count)) ?? []
    }

    /// Standard error is part of standard output.
    package var isErrorPartOfOutput: Bool {
        probe.errorFollowsOutput
            || recordings[2] == nil && recordings[1] != nil
    }

    /// Seals a bundle of what the service is now, on the calling thread; the service goes on meanwhile.
    ///
    /// - Returns: The report; its notes say why there is no bundle where there is none.
    package func seal(_ subject: SealingSubject) -> CaptureReport {
        let result = ended.withLock { $0 }
        let outcome = subject.outcome ?? result?.outcome ?? .running
        guard let observation = recorder.snapshot() else {
            var report = CaptureReport(outcome: outcome)
            report.notes.append(
                "no bundle was written: a file system does not answer. Look for it with `findmnt`, or leave it out of the run"
            )
            return report
        }
        let traffic = traffic(subject)
        var subject = subject
        if let traffic, !subject.requests.isEmpty,
            let lines = try? RecordJSON.lines(RequestAttribution(requests: subject.requests).records(traffic))
        {
            subject.entries.append(LayerEntry.record("requests/outbound.jsonl", lines))
        }
        let state = subject.kind == .request ? state(observation) : nil
        subject.entries += state?.entries ?? []
        let nothing = ChildState.Use(userTime: 0, systemTime: 0, maximumResidentSize: 0)
        let sealing = Sealing(
            configuration: configuration, circumstances: circumstances, probe: probe, executable: executable,
            streams: StreamContents(probe: probe, recordings: recordings), observation: observation,
            traffic: traffic, world: world.recording(observation.processes.entries.map(\.record)),
            run: SealedRun(
                outcome: outcome, use: result?.use ?? nothing, startedAt: startedAt,
                wallTime: result?.wallTime ?? Clock.monotonic() - beganAt, processID: processID,
                rescuedCount: memory.rescuedCount, subject: subject), spool: spool)
        return withExtendedLifetime(state) { sealing.seal() }
    }

    /// What the service has changed; paths that stay out of bundles stay out here, too.
    private func state(_ observation: Observation) -> StateFiles {
        let secrets = SecretPaths(
            recipes: (try? RecipeCollection(files: configuration.recipeFiles).recipes) ?? [])
        let excluded = configuration.excluded.map { Glob($0) }
        return StateFiles(observation, spool: spool) { path in
            secrets.isSecret(path) || excluded.contains { $0.matches(path.bytes) }
        }
    }
}
