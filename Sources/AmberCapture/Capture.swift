import AmberKernel
public import AmberModel
import AmberSupervisor
import AmberWire

/// Runs a command as it would run without Amber, and seals a bundle where it fails.
public enum Capture {
    /// Runs a command under supervision and returns when it has ended and its bundle is sealed.
    ///
    /// The command inherits this process's streams, directory, environment, limits and signals; its streams keep their
    /// kind. Blocks the calling thread, and blocks signals in it; call it from the main thread before others exist.
    /// A successful run costs the supervision only: nothing is written.
    ///
    /// - Parameters:
    ///   - configuration: What to run, and what to keep.
    ///   - willSeal: Called when the command has ended and a bundle is about to be sealed.
    /// - Returns: The outcome and, where one was due, the bundle.
    /// - Throws: `CaptureError` where the command did not run. What goes wrong afterwards is in the report's notes.
    public static func run(
        _ configuration: CaptureConfiguration, willSeal: (Outcome) -> Void = { _ in }
    ) throws(CaptureError) -> CaptureReport {
        ThisProcess.limitMemory()
        let circumstances = Circumstances()
        let probe = StreamProbe()
        probe.occupyClosed()
        let executable = try find(configuration, circumstances)
        if PrivilegedFile.losesRights(executable) {
            circumstances.restoreSignals()
            throw PrivilegedFile.refusal(
                executable, remedy: "Capture as root, or capture what it runs: sudo amber capture -- CMD")
        }
        let spool = SpoolDirectory.find(environment: circumstances.variable)
        let secrets = configuration.recordsSessionSecrets ? SessionSecrets(circumstances) : nil
        let environment = secrets?.environment(circumstances.environment) ?? circumstances.environment
        var plan = ProgramPlan(
            executable: KernelPath(executable),
            arguments: configuration.arguments.map { KernelPath($0.bytes) },
            environment: environment.map { KernelPath($0) })
        plan.blockedSignals = circumstances.blockedSignals
        plan.ignoredSignals = circumstances.ignoredSignals
        plan.timeLimit = configuration.timeLimit?.nanoseconds
        let session: Session
        do { session = try start(plan, probe, spool, secrets, configuration) } catch {
            circumstances.restoreSignals()  // The caller may run the command without us.
            throw error
        }
        // Only now: the command has the limits that we were given.
        liftOwnLimits()
        let result = try finish(session.program, configuration)
        let traffic = session.relay?.finish()
        let keys = secrets?.collect()
        guard configuration.policy == .always || !result.outcome.isSuccess else {
            session.recorder.close()  // Nobody needs what it has seen, nor waits for it.
            return CaptureReport(outcome: result.outcome)
        }
        guard let observation = session.recorder.finish() else { return unanswered(result.outcome) }
        if let report = withoutMemory(result.outcome) { return report }
        // Before anything is said: a stream that is a file would hold our words too.
        let streams = StreamContents(probe: probe, recordings: session.program.streamRecordings)
        willSeal(result.outcome)
        let sealing = Sealing(
            configuration: configuration, circumstances: circumstances, probe: probe, executable: executable,
            streams: streams, observation: observation, traffic: traffic, sessionSecrets: keys,
            world: session.world.recording(observation.processes.entries.map(\.record)),
            run: SealedRun(result, of: session.program), spool: spool)
        return seal(sealing, result.outcome, seconds: configuration.sealingTime.components.seconds + 30)
    }

    /// Seals on a thread that is left to itself where it takes too long, or where the user has pressed ^C meanwhile.
    private static func seal(_ sealing: Sealing, _ outcome: Outcome, seconds: Int64) -> CaptureReport {
        let interrupts: UInt64 = 1 << UInt64(Signals.interrupt - 1) | 1 << UInt64(Signals.quit - 1)
        let number = (try? Signals.descriptor(interrupts).release()) ?? -1
        defer { if number >= 0 { _ = OwnedDescriptor(adopting: number) } }
        // What ended the command may reach this process a moment later: it is not meant for the bundle.
        _ = Poll.sleep(milliseconds: 20)
        while number >= 0, Signals.next(from: number) != nil {}
        let sealed = try? BoundedWork.run("amber-sealing", seconds: seconds, interruption: number) {
            sealing.seal()
        }
        if let report = sealed ?? nil { return report }
        guard number >= 0, Signals.next(from: number) != nil else { return unanswered(outcome) }
        var report = CaptureReport(outcome: outcome)
        report.notes.append("no bundle was written: interrupted while it was sealed")
        return report
    }

    /// A file system that stopped to answer costs the bundle, never the command's end.
    private static func unanswered(_ outcome: Outcome) -> CaptureReport {
        var report = CaptureReport(outcome: outcome)
        report.notes.append(
            "no bundle was written: a file system does not answer. Look for it with `findmnt`, or leave it out of the run"
        )
        return report
    }

    /// Where the limits of the command leave no memory to seal in, its end matters more than a bundle.
    private static func withoutMemory(_ outcome: Outcome) -> CaptureReport? {
        // RLIMIT_DATA 2, RLIMIT_AS 9 (setrlimit(2)).
        let limits = ThisProcess.limits.filter { [2, 9].contains($0.resource) }
        guard let least = limits.map(\.soft).min(), least < leastMemory else { return nil }
        var report = CaptureReport(outcome: outcome)
        report.notes.append(
            "no bundle was written: its limits leave \(least >> 20) MiB of memory, and sealing takes \(leastMemory >> 20). "
                + "Set them inside: amber capture -- sh -c 'ulimit -v …; exec …'")
        return report
    }

    private static let leastMemory: UInt64 = 128 << 20

    struct Session {
        var program: SupervisedProgram
        var recorder: Recorder
        var world: WorldRecorder
        var relay: Relay?
    }

    static func find(
        _ configuration: CaptureConfiguration, _ circumstances: Circumstances
    ) throws(CaptureError) -> [UInt8] {
        let name = configuration.arguments.first?.bytes ?? []
        switch ExecutableSearch.find(name, path: circumstances.variable("PATH")) {
        case .path(let path): return path
        case .failed(let code): throw cannotExecute(name, code)
        }
    }

    static func cannotExecute(_ name: [UInt8], _ code: Int32) -> CaptureError {
        let isMissing = code == Errno.noEntry || code == Errno.notDirectory
        return CaptureError(
            code: isMissing ? .notFound : .notExecutable,
            problem: "cannot run '\(ByteString(name))': \(Errno.text(of: code))",
            remedy: isMissing ? "Check the name and PATH." : "Check its permissions and its first line.")
    }

    static func start(
        _ plan: ProgramPlan, _ probe: StreamProbe, _ spool: String?, _ secrets: SessionSecrets?,
        _ configuration: CaptureConfiguration
    ) throws(CaptureError) -> Session {
        do {
            let streams = try StandardStreams(
                probe.wirings, errorFollowsOutput: probe.errorFollowsOutput, spool: spool, size: probe.size)
            var options = Observation.Options()
            options.spoolDirectory = spool
            let root = try Files.open("/", Files.Flag.path | Files.Flag.directory)
            let observation = Observation(root: root, options: options)
            let recorder = try Recorder(observation)
            let world = WorldRecorder(hasRandomness: configuration.recordsRandomness, next: recorder)
            var plan = plan
            if configuration.recordsRandomness { plan.uses.insert(.randomness) }
            guard configuration.recordsNetwork else {
                let program = try SupervisedProgram(plan, streams: streams, handler: world)
                return Session(program: program, recorder: recorder, world: world)
            }
            let relay = try Relay(
                directory: spool, limits: configuration.trafficLimits,
                handshakeSeen: secrets?.handshakeSeen)
            plan.uses.insert(.socketNames)
            let handler = NetworkRecorder(relay, recorder: recorder, next: world, secrets: secrets)
            return Session(
                program: try SupervisedProgram(plan, streams: streams, handler: handler), recorder: recorder,
                world: world, relay: relay)
        } catch let error as ProgramError {
            throw CaptureError(error, plan)
        } catch {
            throw CaptureError(
                code: .supervision, problem: "supervision could not start: \(error)",
                remedy: "Run `amber doctor` to see what this kernel allows.")
        }
    }

    private static func finish(
        _ program: SupervisedProgram, _ configuration: CaptureConfiguration
    ) throws(CaptureError) -> SupervisedProgram.Result {
        try awaitExec(program, configuration)
        do {
            return try program.run()
        } catch {
            throw CaptureError(
                code: .supervisionLost, problem: "the command's end could not be awaited: \(error)",
                remedy: "The command goes on by itself; look for it with ps.")
        }
    }

    static func awaitExec(
        _ program: SupervisedProgram, _ configuration: CaptureConfiguration
    ) throws(CaptureError) {
        do {
            try program.awaitExec()
        } catch {
            if case .execFailed(let code) = error {
                throw cannotExecute(configuration.arguments.first?.bytes ?? [], code)
            }
            throw CaptureError(
                code: .supervision, problem: "the command could not be started: \(error)",
                remedy: "Run `amber doctor` to see what this kernel allows.")
        }
    }

    /// The command's limits would end or cripple Amber too: a bundle is longer than `ulimit -f 8` allows.
    static func liftOwnLimits() {
        // RLIMIT_CPU 0, RLIMIT_FSIZE 1, RLIMIT_DATA 2, RLIMIT_NOFILE 7, RLIMIT_AS 9 (setrlimit(2)).
        for limit in ThisProcess.limits where [0, 1, 2, 7, 9].contains(limit.resource) {
            let soft = limit.resource == 7 ? min(limit.hard, 1 << 16) : limit.hard
            ThisProcess.setLimit(resource: limit.resource, soft: soft, hard: limit.hard)
            // With CAP_SYS_RESOURCE even beyond what was given.
            if limit.resource != 7 { ThisProcess.setLimit(resource: limit.resource, soft: .max, hard: .max) }
        }
    }
}

extension CaptureError {
    init(_ error: ProgramError, _ plan: ProgramPlan) {
        switch error {
        case .filterRefused(let code):
            let reason =
                code == Errno.busy
                ? "another seccomp listener is in force (a container runtime, or Amber itself)"
                : "the kernel refuses a seccomp filter: \(Errno.text(of: code))"
            self.init(
                code: .filterRefused, problem: reason,
                remedy: "Run `amber doctor` to see which flag allows it.")
        case .execFailed(let code):
            self.init(
                code: .supervision, problem: "supervision could not start: \(Errno.text(of: code))",
                remedy: "Run `amber doctor` to see what this kernel allows.")
        case .stepFailed(let failure):
            self.init(
                code: .supervision, problem: "supervision could not start: \(failure)",
                remedy: "Run `amber doctor` to see what this kernel allows.")
        case .kernel(let error):
            self.init(
                code: .supervision, problem: "supervision could not start: \(error)",
                remedy: "Run `amber doctor` to see what this kernel allows.")
        }
    }
}
