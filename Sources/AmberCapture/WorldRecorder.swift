import AmberKernel
import AmberModel
import AmberSupervisor
import Synchronization

/// Records what the kernel tells a run beside files and peers: random bytes, and the clocks at its start.
///
/// A getrandom is answered here, with bytes that the kernel gave to us for the same arguments; whatever is out of the
/// ordinary (no bytes yet, a buffer that cannot be written, a long request) is left to the kernel and counted.
final class WorldRecorder: CallHandler {
    /// Most bytes of one call that are recorded: drawing more takes longer than asking us.
    private static let longest = 4096

    private struct State {
        var images = ProgramImages()
        var draws = DrawLedger()
        var time: TimeRecord?
        var hasNarrowProgram = false
        /// Processes that opened a device and have read nothing of it yet.
        var unread: Set<Int32> = []
        var hasUnseenDevice = false
    }

    private let next: any CallHandler
    private let hasRandomness: Bool
    private let state = Mutex(State())

    /// Records, and passes everything on; where `hasRandomness` is false random bytes are nobody's concern.
    init(hasRandomness: Bool, next: any CallHandler) {
        self.hasRandomness = hasRandomness
        self.next = next
    }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        switch call.shape.action {
        case .world, .standardInput: return draw(call, slot: slot, answerer: answerer)
        case .open where hasRandomness && RandomDevice.isNamed(call):
            return open(call, slot: slot, answerer: answerer)
        case .execute: state.withLock { $0.images.willExecute(call.processID) }
        case .started: start(call)
        case .exit: state.withLock { $0.images.didExit(call.processID) }
        default: break
        }
        return next.decide(call, slot: slot, answerer: answerer)
    }

    /// What was recorded; `processes` are the run's, in the order in which they were seen.
    func recording(_ processes: [ProcessRecord]) -> WorldRecording {
        state.withLock { state in
            WorldRecording(
                time: state.time, draws: hasRandomness ? state.draws.records(processes) : nil,
                drawnBytes: state.draws.drawn,
                unrecordedBytes: state.draws.unrecorded,
                hasUnseenDevice: state.hasUnseenDevice || !state.unread.isEmpty,
                hasNarrowProgram: state.hasNarrowProgram)
        }
    }

    private func start(_ call: ObservedCall) {
        let isFirst = state.withLock { state in
            if state.time == nil {
                state.time = TimeRecord(
                    realtime: Clock.realtime(), monotonic: Clock.monotonic(), boottime: Clock.boottime())
            }
            if call.shape.name == "set_thread_area" { state.hasNarrowProgram = true }
            return state.images.didStart(call.processID)
        }
        guard isFirst, hasRandomness, call.shape.name != "set_thread_area",
            let address = AuxiliaryVector(of: call.processID)?[AuxiliaryVector.random],
            let bytes = ProcessMemory.read(call.threadID, address, count: 16), bytes.count == 16
        else { return }
        state.withLock { state in
            state.draws.add(state.images.place(call.processID), thread: 0, .startup, bytes)
        }
    }

    /// The real device, under a number by which the filter knows its reads; nothing else about it is different.
    private func open(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        let decision = next.decide(call, slot: slot, answerer: answerer)
        guard decision == .proceed else { return decision }
        guard let number = RandomDevice.give(call, slot: slot, answerer: answerer) else {
            state.withLock { $0.hasUnseenDevice = true }
            return .proceed
        }
        state.withLock { state in
            if state.unread.count < 1 << 16 { state.unread.insert(call.processID) }
        }
        return .value(Int64(number))
    }

    private func draw(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        let raw = answerer.rawCall(slot)
        let source: RandomRecord.Source = call.shape.action == .standardInput ? .device : .getrandom
        // A server with a thousand connections has numbers of its own there.
        if source == .device, !RandomDevice.isOne(raw) { return .proceed }
        let (place, hasDrawn, isFull) = state.withLock { state in
            let place = state.images.place(call.processID)
            return (place, state.draws.hasDrawn(place), state.draws.isFull)
        }
        if !hasDrawn {
            // The process must have a place in the tree before it has bytes.
            let decision = next.decide(call, slot: slot, answerer: answerer)
            guard decision == .proceed else { return decision }
        }
        let count = Int(clamping: source == .device ? raw.arguments[2] : raw.arguments[1])
        let bytes = isFull ? nil : take(count, source, raw, slot: slot, answerer: answerer)
        state.withLock { state in
            let thread = state.images.thread(call.threadID, of: call.processID)
            if source == .device { state.unread.remove(call.processID) }
            if let bytes {
                state.draws.add(place, thread: thread, source, bytes)
            } else {
                state.draws.pass(place, thread: thread, source, count)
            }
        }
        return bytes.map { .value(Int64($0.count)) } ?? .proceed
    }

    /// Bytes that stand in the caller's buffer now; nil where the kernel shall do it.
    private func take(
        _ count: Int, _ source: RandomRecord.Source, _ raw: RawCall, slot: Int, answerer: Answerer
    ) -> [UInt8]? {
        guard count > 0, raw.threadID > 0 else { return nil }
        let drawn: [UInt8]?
        switch source {
        case .device:
            drawn = count <= RandomDevice.longestRead ? RandomDevice.read(count, raw) : nil
        case .getrandom, .startup:
            let flags = raw.arguments[2]
            guard count <= Self.longest, KernelRandom.accepts(flags) else { return nil }
            drawn = KernelRandom.draw(count, flags: UInt32(flags))
        }
        let address = raw.arguments[source == .device ? 1 : 0]
        guard let drawn, answerer.isWaiting(slot), ProcessMemory.write(raw.threadID, address, drawn) else {
            return nil
        }
        return drawn
    }
}
