package import AmberKernel
import AmberModel

extension SupervisedProgram {
    /// State of the wait loop.
    private struct Wait {
        var policy: SignalPolicy
        var end: (outcome: Outcome, use: ChildState.Use)?
        var deadline: Int64?
        var isKilled = false
        var settings: TerminalSettings?
    }

    /// Waits for the program to end, passing signals, stops and the terminal's size on. Blocks the calling thread.
    ///
    /// Every signal of `SignalPolicy.watched` must be blocked in all threads of this process (`Signals.block`).
    /// `takes` is asked about each signal that would be passed on; true takes it away from the program.
    package func run(_ takes: (Int32) -> Bool = { _ in false }) throws(SyscallError) -> Result {
        let signals = try Signals.descriptor(SignalPolicy.watched)
        var wait = Wait(policy: SignalPolicy(isOwnSession: streams.terminal >= 0))
        wait.deadline = plan.timeLimit.map { beganAt + $0 }
        enterTerminal(&wait)
        while wait.end == nil {
            var items = [
                Poll.Item(leader?.number ?? child.descriptor.number), Poll.Item(signals.number),
            ]
            _ = Poll.wait(&items, milliseconds: timeout(wait))
            if items[1].isReady { handleSignals(signals.number, &wait, takes) }
            if items[0].isReady { reap(&wait) }
            expire(&wait)
        }
        let wallTime = Clock.monotonic() - beganAt
        let isDrained = streams.finish(memory: memory)
        leaveTerminal(&wait)
        memory.markFinished(isDrained: isDrained)
        let end =
            wait.end ?? (
                .exited(code: 125), ChildState.Use(userTime: 0, systemTime: 0, maximumResidentSize: 0)
            )
        return Result(
            outcome: end.outcome, use: end.use, startedAt: startedAt, wallTime: wallTime, isDrained: isDrained
        )
    }

    private func timeout(_ wait: Wait) -> Int32 {
        guard let deadline = wait.deadline else { return -1 }
        return Int32(clamping: max((deadline - Clock.monotonic()) / 1_000_000 + 1, 0))
    }

    private func reap(_ wait: inout Wait) {
        guard wait.end == nil else { return }
        if let report = plan.initReport {
            if Poll.isReadable(child.descriptor.number) { reapInit(report, &wait) }
            return
        }
        while wait.end == nil, let report = leader.map({ $0.next() }) ?? child.nextState().map({ .state($0) })
        {
            switch report {
            case .state(let state): take(state, &wait)
            case .lost:
                wait.end = (
                    .signaled(signal: Signals.kill),
                    ChildState.Use(userTime: 0, systemTime: 0, maximumResidentSize: 0)
                )
            }
        }
    }

    private func take(_ state: ChildState, _ wait: inout Wait) {
        switch state {
        case .exited(let code, let use): wait.end = (wait.isKilled ? .timedOut : .exited(code: code), use)
        case .signaled(let signal, let use):
            wait.end = (wait.isKilled ? .timedOut : .signaled(signal: signal), use)
        case .stopped(let signal): stopWithProgram(signal, &wait)
        case .continued: break
        }
    }

    /// Sends a signal to the program itself.
    private func send(_ signal: Int32) {
        // The init of a pid namespace takes no signal: the program is its child.
        if plan.initReport != nil, let program = ProcessFacts.firstChild(of: child.processID) {
            return Signals.send(signal, to: program)
        }
        if let leader { try? leader.send(signal) } else { try? child.send(signal) }
    }

    private func reapInit(_ report: Int32, _ wait: inout Wait) {
        var use = ChildState.Use(userTime: 0, systemTime: 0, maximumResidentSize: 0)
        // Init reports before it ends; one that was killed has nothing to say, and reading would wait for ever.
        let status = Poll.isReadable(report) ? try? Files.readSome(report, limit: 8) : nil
        if case .exited(_, let used) = awaitChild() { use = used }
        guard let status, status.count == 8 else {
            wait.end = (.signaled(signal: Signals.kill), use)
            return
        }
        // struct amber_init_report: pid, status of wait(2).
        let word = status[4..<8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let signal = Int32(word & 0x7F)
        let outcome: Outcome =
            signal == 0 ? .exited(code: Int32(word >> 8 & 0xFF)) : .signaled(signal: signal)
        wait.end = (wait.isKilled ? .timedOut : outcome, use)
    }

    private func awaitChild() -> ChildState? {
        while true {
            var items = [Poll.Item(child.descriptor.number)]
            guard Poll.wait(&items, milliseconds: 5000) > 0 else { return nil }
            if let state = child.nextState() { return state }
        }
    }

    private func handleSignals(_ number: Int32, _ wait: inout Wait, _ takes: (Int32) -> Bool) {
        while let arrival = Signals.next(from: number) {
            switch arrival.number {
            case Signals.child: reap(&wait)
            case Signals.windowChange where streams.terminal >= 0: resizeTerminal()
            default:
                // kill(2) reaches the members of a group one after the other: a moment later the guardian has it too.
                if !arrival.isFromKernel, streams.terminal < 0 { _ = Poll.sleep(milliseconds: 2) }
                let isTaken = takes(arrival.number)
                if wait.policy.decide(arrival, canaryCount: canaryCount(arrival.number)) == .forward, !isTaken
                {
                    forward(arrival.number)
                }
            }
        }
    }

    /// How often a signal has reached the guardian, counted or still pending: on a busy machine its turn may be late.
    private func canaryCount(_ signal: Int32) -> UInt32 {
        let before = memory.canaryCount(signal)
        guard ProcessFacts.isPending(signal, for: guardianID) else { return memory.canaryCount(signal) }
        for _ in 0..<500 where memory.canaryCount(signal) == before { _ = Poll.sleep(milliseconds: 1) }
        return max(memory.canaryCount(signal), before + 1)
    }

    private func forward(_ signal: Int32) {
        if streams.terminal >= 0, let group = Terminal.foregroundGroup(streams.terminal),
            signal != Signals.continue
        {
            Signals.send(signal, to: -group)
        } else {
            send(signal)
        }
    }

    /// The program stopped: this process stops too, so that the shell sees a stopped job; the guardian serves meanwhile.
    private func stopWithProgram(_ signal: Int32, _ wait: inout Wait) {
        leaveTerminal(&wait)
        Signals.send(Signals.stop, to: ThisProcess.processID)
        enterTerminal(&wait)
        if streams.terminal >= 0 { Signals.send(Signals.continue, to: -processID) }
    }

    private func expire(_ wait: inout Wait) {
        guard let deadline = wait.deadline, Clock.monotonic() >= deadline, wait.end == nil else { return }
        if !wait.isKilled {
            wait.isKilled = true
            wait.deadline = deadline + 10_000_000_000
            send(Signals.terminate)
        } else {
            wait.deadline = nil
            send(Signals.kill)
        }
    }

    private func resizeTerminal() {
        guard streams.terminal >= 0, streams.outerTerminal >= 0,
            let size = Terminal.size(of: streams.outerTerminal)
        else { return }
        Terminal.setSize(size, of: streams.terminal)
    }

    private func enterTerminal(_ wait: inout Wait) {
        guard streams.outerTerminal >= 0, Terminal.isForeground(streams.outerTerminal),
            let settings = try? TerminalSettings(of: streams.outerTerminal)
        else { return }
        wait.settings = settings
        settings.raw.apply(to: streams.outerTerminal)
        resizeTerminal()
    }

    private func leaveTerminal(_ wait: inout Wait) {
        guard let settings = wait.settings else { return }
        settings.apply(to: streams.outerTerminal)
        wait.settings = nil
    }
}
