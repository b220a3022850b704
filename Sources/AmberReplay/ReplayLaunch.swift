import AmberKernel
import AmberModel
import AmberSandbox
import AmberSupervisor

/// How a prepared bundle becomes a running program: the sandbox, and what is executed in it.
struct ReplayLaunch {
    private let bundle: PreparedBundle
    private let room: ReplayRoom
    private let configuration: ReplayConfiguration
    private let isRoot: Bool
    private let hasVersion6: Bool
    /// Set for this replay's own authority, where the program has no other way to learn of it.
    private let authorityEnvironment: [ByteString]
    /// Steps of the program itself, before those that give it its identity.
    var ownSteps: [ChildStep] = []
    /// Where the recorded clock begins instead of at the run's start, nanoseconds since the epoch.
    var recordedInstant: Int64?

    /// Prepares the caller's own files; nothing runs yet.
    init(_ stage: ReplayStage, _ configuration: ReplayConfiguration) throws {
        bundle = stage.bundle
        room = stage.room
        hasVersion6 = stage.hasVersion6
        isRoot = stage.isRoot
        self.configuration = configuration
        let layer = ChangeLayer(directory: room.changes, layers: bundle.layers + [bundle.placeholders])
        for replacement in configuration.replacements { try layer.add(replacement) }
        authorityEnvironment = stage.authority?.environment(beside: bundle.run.environment) ?? []
        if let authority = stage.authority { try authority.install() }
    }

    /// Starts the program; its exec has succeeded when this returns.
    ///
    /// - Throws: `ReplayError`.
    func start(_ streams: StandardStreams, _ handler: any CallHandler) throws -> RunningReplay {
        var sandbox = sandbox
        let run = bundle.run
        let world = bundle.world
        let steering = sandbox.processID == 1 ? nil : try? PidSteering()
        sandbox.steering = steering?.steering
        sandbox.clockOffsets = clockOffsets(world)
        let clock = configuration.time.start(
            recorded: recordedInstant ?? world.time?.realtime ?? run.startedAt
        ).map {
            ReplayClock(start: $0)
        }
        // Another command than the recorded one has no recorded bytes.
        let seed = configuration.command == nil && world.draws != nil ? bundle.seed : nil
        let player = WorldPlayer(world, clock: clock, seed: seed, steering: steering, next: handler)
        let command = configuration.command ?? run.arguments
        let executable = try configuration.command == nil ? run.executable : find(command)
        let mapped = try Pipe()
        let report = try Pipe()
        let mappedNumber = mapped.writeEnd.number
        let identity = sandbox.identity
        var plan = ProgramPlan(
            executable: KernelPath(executable.bytes), arguments: command.map { KernelPath($0.bytes) },
            environment: environment.map { KernelPath($0.bytes) })
        plan.namespaces = SandboxPlan.namespaces
        plan.uses = .identity
        if clock != nil { plan.uses.insert(.clock) }
        if seed != nil { plan.uses.insert(.randomness) }
        plan.prologue = sandbox.prologue(mapped: mapped.readEnd.number, report: report.writeEnd.number)
        plan.epilogue = ownSteps + sandbox.epilogue
        plan.ignoredSignals = Signals.mask(run.ignoredSignals)
        plan.blockedSignals = Signals.mask(run.blockedSignals)
        plan.timeLimit = configuration.timeLimit?.nanoseconds
        plan.initReport = sandbox.processID == 1 ? nil : report.readEnd.number
        plan.afterClone = { processID throws(SyscallError) in
            try identity.map(processID)
            try Files.writeAll(mappedNumber, [1])
        }
        do throws(ProgramError) {
            let program = try SupervisedProgram(plan, streams: streams, handler: player)
            try program.awaitExec()
            return RunningReplay(program, report: report, world: player)
        } catch {
            throw ReplayError(error, executable)
        }
    }

    private var sandbox: SandboxPlan {
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
        plan.overlays = PseudoFiles.overlays(bundle.record)
        plan.sharedMemory = plan.layers.compactMap(sharedMemory)
        plan.hasVersion6 = hasVersion6
        return plan
    }

    /// A layer's own /dev/shm; a layer comes from a stranger, whose links would lead to this machine's.
    private func sharedMemory(_ layer: String) -> String? {
        guard let root = try? Files.open(KernelPath(layer), Files.Flag.path | Files.Flag.directory),
            (try? Files.openBeneath("dev/shm", Files.Flag.path | Files.Flag.directory, in: root.number))
                != nil
        else { return nil }
        return layer + "/dev/shm"
    }

    /// The monotonic and the boot clock show what they showed as the recorded program began.
    private func clockOffsets(_ world: RecordedWorld) -> SandboxPlan.ClockOffsets? {
        guard configuration.time != .now, let time = world.time else { return nil }
        return SandboxPlan.ClockOffsets(
            monotonic: time.monotonic - Clock.monotonic(), boottime: time.boottime - Clock.boottime())
    }

    private var environment: [ByteString] {
        func name(_ entry: ByteString) -> [UInt8] { Array(entry.bytes.prefix { $0 != UInt8(ascii: "=") }) }
        let changed = Set(configuration.environment.map(name) + configuration.removedEnvironment.map(\.bytes))
        return bundle.run.environment.filter { !changed.contains(name($0)) } + authorityEnvironment
            + configuration.environment
    }

    /// Finds another command in the bundle, by the recorded PATH.
    private func find(_ command: [ByteString]) throws -> ByteString {
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
