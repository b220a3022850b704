package import AmberKernel
package import AmberModel

/// A program running behind the listener, with the guardian beside it.
///
/// Everything that can end, stop or signal it goes through `run(_:)`, which returns when the program has ended.
package final class SupervisedProgram {
    /// How the run ended.
    package struct Result: Sendable {
        package var outcome: Outcome
        package var use: ChildState.Use
        package var startedAt: Int64
        package var wallTime: Int64
        /// Every stream has ended; else another process still holds one.
        package var isDrained: Bool
    }

    package let memory: SupervisorMemory
    /// The pid that we see.
    package let processID: Int32
    let child: SpawnedChild
    /// Waits for the program where that has a session of its own.
    let leader: SessionLeader?
    let listener: SeccompListener
    /// The guardian's pid; it is our child.
    let guardianID: Int32
    let streams: StandardStreams
    package let startedAt = Clock.realtime()
    package let beganAt = Clock.monotonic()
    let plan: ProgramPlan
    private let loop: ListenerLoop
    private var isLoopEnded = false

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - plan: What to start.
    ///   - streams: Its standard streams.
    ///   - handler: Asked about every notified call, from before the exec on.
    /// - Throws: `ProgramError`.
    package init(
        _ plan: ProgramPlan, streams: StandardStreams, handler: any CallHandler
    ) throws(ProgramError) {
        self.plan = plan
        self.streams = streams
        do {
            memory = try SupervisorMemory()
            let socket = try Pipe(sockets: ())
            // In a pid namespace init is the program's parent already.
            let isLed = streams.programTerminal >= 0 && plan.initReport == nil
            var reports: (ours: Int32, theirs: Int32) = (-1, -1)
            if isLed { reports = try Pipe(sockets: ()).takeBoth() }
            let steps = Self.steps(plan, streams, socket: socket, reports: reports.theirs)
            child = try SpawnedChild(steps: steps, namespaces: plan.namespaces)
            try plan.afterClone?(child.processID)
            let (ours, theirs) = socket.takeBoth()
            _ = OwnedDescriptor(adopting: theirs)
            let receiving = OwnedDescriptor(adopting: ours)
            listener = try Self.receiveListener(receiving.number, child)
            if isLed {
                _ = OwnedDescriptor(adopting: reports.theirs)
                leader = try SessionLeader(socket: OwnedDescriptor(adopting: reports.ours))
            } else {
                leader = nil
            }
            processID = leader?.processID ?? child.processID
        } catch let error as ProgramError {
            throw error
        } catch let error as SyscallError {
            throw .kernel(error)
        } catch {
            throw .filterRefused(Errno.invalid)
        }
        var guardian: Int32 = 0
        do {
            // The guardian first: as soon as a call is answered the program may run, and must not depend on us.
            guardian = try Self.startGuardian(memory, listener, streams)
            guardianID = guardian
            let feeding = InputWatch(streams: streams, next: handler)
            loop = try ListenerLoop(BorrowedListener(listener, memory: memory), handler: feeding)
        } catch {
            // Nobody has answered its exec: it has not run, and never will.
            child.abandon()
            if guardian > 0 { Guardian.end(guardian) }
            throw .kernel(error)
        }
        do { try streams.start(memory: memory) } catch {
            loop.end()
            child.abandon()
            Guardian.end(guardian)
            throw .kernel(error)
        }
    }

    deinit { endLoop() }

    /// Readable when the program's first process has ended, or the init of its pid namespace.
    package var endNumber: Int32 { child.descriptor.number }

    /// Sends a signal to that process from any thread, as long as nobody has waited for its end.
    package var signaller: ProcessSignaller? { try? ProcessSignaller(child.descriptor.number) }

    /// Ends that process; in a pid namespace everything ends with it (pid_namespaces(7)).
    package func kill() { try? child.send(Signals.kill) }

    /// Stops to serve calls; the guardian answers them once this process is gone.
    package func endLoop() {
        guard !isLoopEnded else { return }
        isLoopEnded = true
        loop.end()
    }

    /// Waits until the program's exec has succeeded.
    ///
    /// - Throws: `ProgramError.execFailed` or `.stepFailed`.
    package func awaitExec() throws(ProgramError) {
        do {
            try child.awaitExec()
        } catch {
            if case .execute = error.step { throw .execFailed(error.code) }
            throw .stepFailed(error)
        }
    }

    private static func steps(
        _ plan: ProgramPlan, _ streams: StandardStreams, socket: borrowing Pipe, reports: Int32
    ) -> [ChildStep] {
        // Order: namespaces first, because they may fork; the session before its leader forks, and both before the
        // streams hide the terminal; then the streams, whose descriptors the directory must not
        // change; the filter before the identity, because changing the user gives the right to install it up. None
        // of the steps behind the filter is a notified call, but for the exec.
        var steps = plan.prologue
        if streams.programTerminal >= 0 {
            steps += [.newSession, .controllingTerminal(streams.programTerminal)]
            if reports >= 0 { steps += [.leader(reports), .foreground(streams.programTerminal)] }
        }
        steps += streams.childSteps
        for signal in Int32(1)...64 where plan.ignoredSignals >> UInt64(signal - 1) & 1 == 1 {
            steps.append(.ignore(signal))
        }
        if !ThisProcess.hasAdministratorCapability, plan.namespaces == 0 { steps.append(.noNewPrivileges) }
        // A listener on its way lives as long as the socket's other side: the child must not keep that alive itself,
        // or its exec would wait for ever when this process dies before it has taken the listener.
        steps.append(.close(socket.readEnd.number))
        let filter = SyscallTable.program(
            feedsStandardInput: streams.feedsStandardInput, uses: plan.uses)
        steps.append(.filter(filter, socket: socket.writeEnd.number))
        steps += plan.epilogue
        steps.append(.blockedSignals(plan.blockedSignals))
        steps.append(.execute(plan.executable, arguments: plan.arguments, environment: plan.environment))
        return steps
    }

    private static func receiveListener(
        _ socket: Int32, _ child: borrowing SpawnedChild
    ) throws -> SeccompListener {
        do {
            return SeccompListener(try Pipe.receiveDescriptor(from: socket))
        } catch {
            do { try child.awaitExec() } catch {
                if case .filter = error.step { throw ProgramError.filterRefused(error.code) }
                throw ProgramError.stepFailed(error)
            }
            throw ProgramError.kernel(error)
        }
    }

    private static func startGuardian(
        _ memory: SupervisorMemory, _ listener: borrowing SeccompListener, _ streams: StandardStreams
    ) throws(SyscallError) -> Int32 {
        let terminal: (number: Int32, settings: TerminalSettings)? =
            streams.outerTerminal >= 0
            ? (try? TerminalSettings(of: streams.outerTerminal)).map { (streams.outerTerminal, $0) } : nil
        return try streams.withControl { control throws(SyscallError) in
            try Guardian.start(
                memory: memory, listener: listener, relays: streams.guardianRelays, control: control,
                terminal: terminal)
        }
    }

    /// Passes looks at standard input to the streams, everything to the handler.
    private struct InputWatch: CallHandler {
        let streams: StandardStreams
        let next: any CallHandler

        func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
            if call.shape.action == .standardInput {
                let raw = answerer.rawCall(slot)
                if !RandomDevice.isRead(call, raw) {
                    streams.notice(call, raw)
                    return .proceed
                }
            }
            streams.noticeWays(call)
            if call.shape.action == .filterMode { return FilterMode.answer(call) }
            return next.decide(call, slot: slot, answerer: answerer)
        }
    }
}

extension SupervisedProgram {
    /// What passed through standard input, output and error; nil where nothing was relayed.
    package var streamRecordings: [StreamRecording?] { streams.recordings }
}
