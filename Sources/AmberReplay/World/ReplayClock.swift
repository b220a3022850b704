import AmberKernel
import AmberSupervisor
import Synchronization

/// CLOCK_REALTIME of a replay: it begins at an instant, as the first program does, and runs on.
///
/// Programs read it through their vDSO, which is rewritten at each exec; what goes past that is answered here.
final class ReplayClock: Sendable {
    private struct State {
        var offset: Int64?
        /// The image of this kernel's 64-bit processes by its first page, and what is written into it.
        var image: (firstPage: [UInt8], stub: ClockStub)?
        var isRefused = false
    }

    private let start: Int64
    private let state = Mutex(State())
    private let deadlines = DeadlineTranslator()
    private let fileTimes: FileTimes

    /// Makes a clock that will show `start` when the first program begins.
    init(start: Int64) {
        self.start = start
        fileTimes = FileTimes(since: Clock.realtime())
    }

    /// True where the kernel does not let a vDSO be rewritten.
    var isRefused: Bool { state.withLock { $0.isRefused } }

    /// Starts to run, if it does not yet.
    func begin() { _ = offset }

    /// Nanoseconds from the present to this clock.
    private var offset: Int64 {
        state.withLock { state in
            if let known = state.offset { return known }
            let offset = start - Clock.realtime()
            state.offset = offset
            return offset
        }
    }

    /// Takes notice of a call on files: those that were written bear this clock's time before anybody else looks.
    func notice(_ call: ObservedCall) { fileTimes.notice(call) { offset } }

    /// Writes the clock into a process's vDSO at `base`; its pages become its own, and its children's.
    func rewrite(_ processID: Int32, _ base: UInt64) {
        let offset = offset
        guard let firstPage = ProcessMemory.read(processID, base, count: 4096), firstPage.count == 4096,
            let stub = stub(processID, base, firstPage, offset)
        else { return state.withLock { $0.isRefused = true } }
        for patch in stub.patches where !ProcessMemory.force(processID, base + patch.address, patch.bytes) {
            return state.withLock { $0.isRefused = true }
        }
    }

    private func stub(_ processID: Int32, _ base: UInt64, _ firstPage: [UInt8], _ offset: Int64) -> ClockStub?
    {
        if let known = state.withLock({ $0.image }), known.firstPage == firstPage { return known.stub }
        guard let size = VdsoImage.mappedSize(firstPage: firstPage),
            let bytes = ProcessMemory.read(processID, base, count: size), bytes.count == size,
            let image = VdsoImage(bytes),
            let stub = ClockStub(image, mappedSize: size, offset: offset)
        else { return nil }
        state.withLock { $0.image = (firstPage, stub) }
        return stub
    }

    /// Answers a call that reads the clock, and translates one that waits until an instant of it.
    func answer(_ call: ObservedCall, _ raw: RawCall) -> CallDecision {
        switch call.shape.name {
        case "clock_gettime":
            let now = Clock.now(Int32(truncatingIfNeeded: raw.arguments[0])) + offset
            return give(time(now), to: raw.arguments[1], raw) ? .value(0) : .proceed
        case "gettimeofday":
            let now = Clock.realtime() + offset
            let zone = raw.arguments[1]
            guard raw.arguments[0] == 0 || give(time(now, unit: 1000), to: raw.arguments[0], raw),
                zone == 0 || give([UInt8](repeating: 0, count: 8), to: zone, raw)
            else { return .proceed }
            return .value(0)
        case "time":
            let seconds = ClockStub.parts(of: Clock.realtime() + offset).seconds
            let place = raw.arguments[0]
            guard place == 0 || give(Clock.words(seconds), to: place, raw) else { return .proceed }
            return .value(seconds)
        default:
            if let deadline = AbsoluteDeadline(call, raw) {
                deadlines.translate(deadline, of: call, by: -offset)
            }
            return .proceed
        }
    }

    private func give(_ bytes: [UInt8], to address: UInt64, _ raw: RawCall) -> Bool {
        address != 0 && ProcessMemory.write(raw.threadID, address, bytes)
    }

    /// struct timespec, or struct timeval where the unit is 1000 ns.
    private func time(_ instant: Int64, unit: Int64 = 1) -> [UInt8] {
        let (seconds, nanoseconds) = ClockStub.parts(of: instant)
        return Clock.words(seconds, nanoseconds / unit)
    }
}
