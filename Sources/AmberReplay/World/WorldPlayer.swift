import AmberKernel
import AmberModel
import AmberSupervisor
import Synchronization

/// Gives a replay the world that was recorded: its time, its random bytes, its pids, its processors and memory.
///
/// Stands in front of the handler that answers for files and peers. Everything happens while the caller waits.
final class WorldPlayer: CallHandler {
    private struct State {
        var images = ProgramImages()
        var processes: ProcessMap
        var streams: RandomStreams?
        var migrating: [ProgramImages.Place: Bool] = [:]
        var hasChosenProcessors = false
        var hasNarrowProgram = false
    }

    private let next: any CallHandler
    private let clock: ReplayClock?
    private let machine: RecordedMachine
    private let hasRandomness: Bool
    private let steering: PidSteering?
    private let state: Mutex<State>

    /// Plays a world back in front of `next`.
    ///
    /// - Parameters:
    ///   - world: What was recorded.
    ///   - clock: Nil for a replay in the present.
    ///   - seed: For random bytes beyond the recording; nil leaves randomness to the kernel.
    ///   - steering: Nil where pids cannot be chosen.
    ///   - next: Asked about everything that is not of this world.
    init(
        _ world: RecordedWorld, clock: ReplayClock?, seed: String?, steering: PidSteering?,
        next: any CallHandler
    ) {
        self.next = next
        self.clock = clock
        self.steering = steering
        machine = RecordedMachine(world)
        let streams = seed.flatMap { seed in world.draws.map { RandomStreams($0, seed: seed) } }
        hasRandomness = streams != nil
        state = Mutex(State(processes: ProcessMap(world.processes), streams: streams))
    }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        clock?.notice(call)
        switch call.shape.action {
        case .world, .standardInput: return answer(call, slot: slot, answerer: answerer)
        case .open where hasRandomness && RandomDevice.isNamed(call):
            let decision = next.decide(call, slot: slot, answerer: answerer)
            guard decision == .proceed else { return decision }
            return RandomDevice.give(call, slot: slot, answerer: answerer).map { .value(Int64($0)) }
                ?? .proceed
        case .execute:
            state.withLock { state in
                _ = identify(call.processID, &state)
                state.images.willExecute(call.processID)
            }
        case .started: start(call)
        case .exit:
            state.withLock { state in
                _ = identify(call.processID, &state)
                state.images.didExit(call.processID)
                state.processes.forget(call.processID)
            }
        default: break
        }
        return next.decide(call, slot: slot, answerer: answerer)
    }

    /// Sentences about what the recording did not hold, for the verdict.
    var notes: [Verdict.Divergence] {
        state.withLock { state in
            var texts: [String] = []
            for (process, count) in (state.streams?.unrecorded ?? [:]).sorted(by: { $0.key < $1.key }) {
                texts.append(
                    "process \(process) drew \(count) random bytes that the recording does not hold; they came from a generator that gives the same each time"
                )
            }
            if clock?.isRefused == true {
                texts.append("this kernel forbids to change a program's clock; it lived in the present")
            }
            if state.hasNarrowProgram { texts.append("a 32-bit program lived in the present") }
            return texts.map {
                Verdict.Divergence(
                    event: nil, subject: "world", description: $0, isRefusal: false)
            }
        }
    }

    /// A program begins: its clock and its start-up bytes are put in place before its C library looks at them.
    private func start(_ call: ObservedCall) {
        let isNarrow = call.shape.name == "set_thread_area"
        let (isFirst, startup) = state.withLock { state -> (Bool, [UInt8]?) in
            if isNarrow { state.hasNarrowProgram = clock != nil }
            guard state.images.didStart(call.processID) else { return (false, nil) }
            let key = key(call.processID, &state)
            return (true, state.streams?.startup(key))
        }
        clock?.begin()
        guard isFirst, !isNarrow, let vector = AuxiliaryVector(of: call.processID) else { return }
        if let clock, let address = vector[AuxiliaryVector.vdso] { clock.rewrite(call.processID, address) }
        if let startup, let address = vector[AuxiliaryVector.random] {
            _ = ProcessMemory.write(call.threadID, address, startup)
        }
    }

    private func answer(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        let raw = answerer.rawCall(slot)
        // Its memory will be written to: a caller that is gone may have left its number to another.
        guard raw.threadID > 0, answerer.isWaiting(slot) else { return .proceed }
        if call.shape.action == .standardInput { return draw(call, raw, .device) }
        switch call.shape.name {
        case "getrandom": return draw(call, raw, .getrandom)
        case "sched_setaffinity":
            state.withLock { $0.hasChosenProcessors = true }
            return .proceed
        case "sched_getaffinity":
            if state.withLock({ $0.hasChosenProcessors }) { return .proceed }
            return machine.processors(raw)
        case "sysinfo": return machine.memory(raw)
        default: return clock?.answer(call, raw) ?? .proceed
        }
    }

    private func draw(
        _ call: ObservedCall, _ raw: RawCall, _ source: RandomRecord.Source
    ) -> CallDecision {
        let isDevice = source == .device
        let count = Int(clamping: raw.arguments[isDevice ? 2 : 1])
        guard count > 0, count <= 1 << 20,
            isDevice
                ? RandomDevice.isOne(raw) : KernelRandom.accepts(raw.arguments[2])
        else { return .proceed }
        let bytes = state.withLock { state -> [UInt8]? in
            let place = state.images.place(call.processID)
            let thread =
                isMigrating(call.processID, place, &state)
                ? nil : state.images.thread(call.threadID, of: call.processID)
            let key = key(call.processID, &state)
            return state.streams?.draw(count, key, thread: thread, source).bytes
        }
        guard let bytes, ProcessMemory.write(raw.threadID, raw.arguments[isDevice ? 1 : 0], bytes) else {
            return .proceed
        }
        return .value(Int64(count))
    }

    /// The next process of the sandbox gets the pid that production's had, as far as it is known by now.
    ///
    /// Asked for ahead, as each process is first seen. The forks themselves are not notified: a call that waits for the
    /// listener returns EINTR where a handler without SA_RESTART interrupts it before it is received, and no program
    /// expects that of fork(2).
    private func steer(_ state: inout State) {
        guard let steering, let wanted = state.processes.takeNext() else { return }
        steering.next(wanted)
    }

    private func key(_ processID: Int32, _ state: inout State) -> RandomStreams.Key {
        RandomStreams.Key(
            process: identify(processID, &state), program: Int(state.images.place(processID).program))
    }

    private func identify(_ processID: Int32, _ state: inout State) -> String {
        if let known = state.processes[processID] { return known }
        // Parents that were not asked about yet are found out about first, from the top.
        var chain = [(processID, ProcessFacts.namespacePids(of: processID))]
        var ordinal: String?
        while ordinal == nil, chain.count < 16, let parent = ProcessFacts.parent(of: chain[chain.count - 1].0)
        {
            ordinal = state.processes[parent]
            let pids = ProcessFacts.namespacePids(of: parent)
            // Init is nobody's recorded parent, and what is outside even less.
            if ordinal != nil || pids.count <= Self.ownDepth || pids.last == 1 { break }
            chain.append((parent, pids))
        }
        for (process, pids) in chain.reversed() {
            ordinal = state.processes.identify(process, inner: pids.last ?? 0, parent: ordinal) {
                Self.isProcess($0, inSandboxOf: processID)
            }
        }
        steer(&state)
        return ordinal ?? "1"
    }

    /// Tells whether a pid of the sandbox is that of a process; threads have a number there too (proc_pid_status(5)).
    private static func isProcess(_ inner: Int32, inSandboxOf processID: Int32) -> Bool {
        let path = KernelPath("/proc/\(processID)/root/proc/\(inner)/status")
        guard let text = try? Files.contents(path, limit: 1 << 16) else { return false }
        return text.split(separator: UInt8(ascii: "\n")).contains {
            $0.elementsEqual("Tgid:\t\(inner)".utf8)
        }
    }

    private static let ownDepth = ProcessFacts.namespacePids(of: ThisProcess.processID).count

    /// Goroutines move between threads: what a thread draws is not the program's order.
    private func isMigrating(
        _ processID: Int32, _ place: ProgramImages.Place, _ state: inout State
    ) -> Bool {
        if let known = state.migrating[place] { return known }
        let isGo = ProgramRuntime.isGo(processID)
        state.migrating[place] = isGo
        return isGo
    }
}
