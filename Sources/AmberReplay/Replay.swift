import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes
import AmberSandbox
import AmberSupervisor

/// Reconstructs a recorded run in a sandbox and says whether it failed in the same way.
public enum Replay {
    /// Replays a bundle and returns when the program has ended.
    ///
    /// Needs only the bundle and the kernel: user namespaces and overlayfs in them (Linux 5.11). The program's output
    /// goes to this process's streams. Blocks the calling thread and blocks signals in it.
    ///
    /// - Throws: `ReplayError`, or `BundleError` where the bundle cannot be read.
    public static func run(_ configuration: ReplayConfiguration) throws -> ReplayReport {
        ThisProcess.limitMemory()
        Signals.block(SignalPolicy.watched | 1 << 12)
        Signals.restoreDefault(Signals.child)
        let isRoot = ThisProcess.userID == 0
        let bundle = try PreparedBundle(path: configuration.bundle, preservesOwners: isRoot)
        let room = try ReplayRoom(bundle.store)
        let layer = ChangeLayer(directory: room.changes, layers: bundle.layers + [bundle.placeholders])
        for replacement in configuration.replacements { try layer.add(replacement) }
        let plan = sandboxPlan(bundle, room, isRoot: isRoot)
        let handler = try ReplayHandler(
            placeholders: bundle.placeholders, sources: [room.upper, room.changes] + bundle.layers,
            denied: bundle.denied)
        let streams =
            configuration.command == nil
            ? try ReplayStreams(bundle.run, input: bundle.stream("stdin")) : try ReplayStreams()
        let result = try start(plan, bundle, configuration, streams.streams, handler)
        let printed = streams.collect()
        if let keep = configuration.keepDirectory { try KeptFiles.keep(room.upper, in: keep) }
        guard configuration.command == nil, let (observation, refusals) = handler.finish() else {
            return ReplayReport(verdict: nil, outcome: result.outcome, notes: [])
        }
        let judgement = Judgement(
            run: bundle.run, outcome: result.outcome, output: printed.output, error: printed.error,
            recordedOutput: bundle.stream("stdout"), recordedError: bundle.stream("stderr"))
        let divergences = try Comparison(observation: observation, refusals: refusals).divergences(
            bundle.reader)
        let verdict = try judgement.verdict(divergences, changes: configuration.changes)
        return ReplayReport(verdict: verdict, outcome: result.outcome, notes: [])
    }

    private static func sandboxPlan(
        _ bundle: PreparedBundle, _ room: ReplayRoom, isRoot: Bool
    ) -> SandboxPlan {
        let run = bundle.run
        let identity =
            isRoot
            ? SandboxIdentity.full(user: run.userID, group: run.groupID, groups: run.groups)
            : SandboxIdentity.single(
                user: run.userID, group: run.groupID, callerUser: ThisProcess.userID,
                callerGroup: ThisProcess.groupID)
        var plan = SandboxPlan(
            layers: [room.changes, bundle.directories] + bundle.layers + [bundle.placeholders],
            upper: room.upper,
            work: room.work,
            mountPoint: room.mountPoint, temporaryStorage: room.needsTemporaryStorage ? room.storage : nil,
            hostName: bundle.host?.hostName ?? "amber", identity: identity, processID: run.processID,
            workingDirectory: KernelPath(run.workingDirectory.bytes), mask: run.umask,
            limits: run.limits.map {
                SandboxPlan.Limit(resource: $0.resource, soft: $0.soft ?? .max, hard: $0.hard ?? .max)
            }, nice: run.nice)
        plan.overlays = PseudoFiles.overlays(bundle.recordDirectory)
        return plan
    }

    private static func start(
        _ sandbox: SandboxPlan, _ bundle: PreparedBundle, _ configuration: ReplayConfiguration,
        _ streams: StandardStreams, _ handler: ReplayHandler
    ) throws -> SupervisedProgram.Result {
        let run = bundle.run
        let command = configuration.command ?? run.arguments
        let executable = try configuration.command == nil ? run.executable : find(command, bundle)
        let mapped = try Pipe()
        let report = try Pipe()
        let mappedNumber = mapped.writeEnd.number
        let identity = sandbox.identity
        var plan = ProgramPlan(
            executable: KernelPath(executable.bytes), arguments: command.map { KernelPath($0.bytes) },
            environment: environment(run.environment, configuration).map { KernelPath($0.bytes) })
        plan.namespaces = SandboxPlan.namespaces
        plan.prologue = sandbox.prologue(mapped: mapped.readEnd.number, report: report.writeEnd.number)
        plan.epilogue = sandbox.epilogue
        plan.ignoredSignals = run.ignoredSignals.reduce(0) { $0 | 1 << UInt64($1 - 1) }
        plan.blockedSignals = run.blockedSignals.reduce(0) { $0 | 1 << UInt64($1 - 1) }
        plan.timeLimit = configuration.timeLimit.map {
            $0.components.seconds * 1_000_000_000 + $0.components.attoseconds / 1_000_000_000
        }
        plan.initReport = sandbox.processID == 1 ? nil : report.readEnd.number
        plan.afterClone = { processID throws(SyscallError) in
            try IdentityMaps.write(identity, for: processID)
            try Files.writeAll(mappedNumber, [1])
        }
        do {
            let program = try SupervisedProgram(plan, streams: streams, handler: handler)
            try program.awaitExec()
            let result = try program.run()
            program.endLoop()
            return result
        } catch let error as ProgramError {
            throw ReplayError(error, executable)
        }
    }

    private static func environment(
        _ recorded: [ByteString], _ configuration: ReplayConfiguration
    ) -> [ByteString] {
        func name(_ entry: ByteString) -> [UInt8] { Array(entry.bytes.prefix { $0 != UInt8(ascii: "=") }) }
        let changed = Set(configuration.environment.map(name) + configuration.removedEnvironment.map(\.bytes))
        return recorded.filter { !changed.contains(name($0)) } + configuration.environment
    }

    /// Finds another command in the bundle, by the recorded PATH.
    private static func find(_ command: [ByteString], _ bundle: PreparedBundle) throws -> ByteString {
        let name = command.first?.bytes ?? []
        if name.contains(UInt8(ascii: "/")) { return ByteString(name) }
        let path = bundle.run.environment.first { $0.bytes.starts(with: "PATH=".utf8) }
        let directories = (path?.bytes.dropFirst(5) ?? ArraySlice("/usr/bin:/bin".utf8)).split(
            separator: UInt8(ascii: ":"))
        for directory in directories
            + ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map({ ArraySlice($0.utf8) })
        {
            let candidate = Array(directory) + [UInt8(ascii: "/")] + name
            for layer in bundle.layers
            where (try? Files.status(KernelPath(Array(layer.utf8) + candidate))) != nil {
                return ByteString(candidate)
            }
        }
        throw ReplayError(
            .program, "'\(ByteString(name))' is not in the bundle",
            remedy:
                "Only what the run used is there; `amber show` lists the programs, --include takes more in.")
    }
}

extension ReplayError {
    init(_ error: ProgramError, _ executable: ByteString) {
        switch error {
        case .execFailed(let code):
            self.init(
                .program, "\(executable) cannot be executed in the sandbox: \(Errno.text(of: code))",
                remedy: "Run `amber verify` on the bundle: the program or its interpreter may be missing.")
        case .stepFailed(let failure):
            self.init(
                .sandbox, "the sandbox could not be built: \(failure)",
                remedy: "Run `amber doctor` to see which kernel feature is missing.")
        case .filterRefused(let code):
            self.init(
                .sandbox, "the kernel refuses the supervisor's filter: \(Errno.text(of: code))",
                remedy: "Run `amber doctor` to see which flag allows it.")
        case .kernel(let error):
            self.init(
                .sandbox, "the sandbox could not be made: \(error)",
                remedy: "Run `amber doctor` to see which kernel feature is missing.")
        }
    }
}
