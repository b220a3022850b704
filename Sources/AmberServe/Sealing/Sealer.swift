import AmberBundle
import AmberKernel
import AmberModel
import Synchronization

/// Makes bundles on a thread of its own, one after the other, beside the traffic.
final class Sealer: Sendable {
    private struct State {
        var queue = IncidentQueue()
        var isClosed = false
        var policy: IncidentPolicy
        /// CLOCK_MONOTONIC before which nothing is sealed, because it could not be written.
        var resumesAt: Int64 = 0
        /// CLOCK_MONOTONIC of the last break that was sealed.
        var brokeAt: Int64?
    }

    /// How long it waits after a bundle could not be written, nanoseconds.
    private static let pause: Int64 = 15_000_000_000
    /// So far apart are a service's end and what breaks off with it at most, nanoseconds.
    private static let togetherTime: Int64 = 2_000_000_000

    private let maker: BundleMaker
    private let recorder: FlightRecorder
    private let shelf: BundleShelf
    private let report: @Sendable (SealingResult) -> Void
    private let state: Mutex<State>
    private let wake: EventCounter
    private let thread = Mutex<KernelThread?>(nil)

    init(
        _ maker: BundleMaker, shelf: BundleShelf, recorder: FlightRecorder, policy: IncidentPolicy,
        report: @escaping @Sendable (SealingResult) -> Void
    ) throws {
        self.maker = maker
        self.shelf = shelf
        self.recorder = recorder
        self.report = report
        state = Mutex(State(policy: policy))
        wake = try EventCounter()
        let started = try KernelThread("amber-sealer") { self.run() }
        thread.withLock { $0 = started }
    }

    /// Takes an incident, unless too many wait.
    func offer(_ incident: Incident) {
        let reason = state.withLock { state -> IncidentPolicy.DropReason? in
            state.isClosed ? .busy : state.queue.push(incident, at: Clock.monotonic())
        }
        if let reason { report(.dropped(reason, title: "")) } else { wake.signal() }
    }

    /// Seals what the service left when it ended by itself, on the calling thread, after `finish`.
    ///
    /// - Parameter time: CLOCK_MONOTONIC of its end; a request that broke off with it tells of it, too.
    func sealEnd(at time: Int64) {
        if let brokeAt = state.withLock({ $0.brokeAt }), abs(time - brokeAt) < Self.togetherTime { return }
        let title = "the service's end"
        if shelf.isFull {
            report(.failed("no bundle of \(title): pinned ones fill the quota. Remove one, or its .pin"))
            return report(.dropped(.quota, title: title))
        }
        if !seal(title, { try maker.makeOfEnd() }) { report(.dropped(.failed, title: title)) }
    }

    /// Seals what waits and ends the thread.
    func finish() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func run() {
        while let incident = next() { take(incident) }
    }

    private func next() -> Incident? {
        while true {
            let (incident, isClosed) = state.withLock { ($0.queue.pop(), $0.isClosed) }
            if let incident { return incident }
            if isClosed { return nil }
            var items = [Poll.Item(wake.descriptor.number)]
            if Poll.wait(&items) > 0 { wake.drain() }
        }
    }

    private func take(_ incident: Incident) {
        // The service's last words about it come through a pipe, a moment later; and what broke off with it, or the
        // end of the whole service, shows a little later than that.
        wait(until: incident.endedAt + (incident.isBreak ? 400_000_000 : 60_000_000))
        let complete = gather(incident)
        let draft = maker.draft(complete)
        let now = Clock.monotonic()
        // A disk that is full stays full for a while: trying each time would cost the service its processors.
        if now < state.withLock({ $0.resumesAt }) { return report(.dropped(.failed, title: draft.title)) }
        if shelf.isFull { return report(.dropped(.quota, title: draft.title)) }
        if let reason = state.withLock({ $0.policy.decide(draft.fingerprint, at: now) }) {
            return report(.dropped(reason, title: draft.title))
        }
        if seal(draft.title, { try maker.make(draft) }) {
            if incident.isBreak { state.withLock { $0.brokeAt = incident.endedAt } }
        } else {
            state.withLock { state in
                state.policy.forget(draft.fingerprint, at: now)
                state.resumesAt = Clock.monotonic() + Self.pause
            }
            report(.dropped(.failed, title: draft.title))
        }
    }

    /// Makes a bundle, and room for it before and behind.
    private func seal(_ title: String, _ make: () throws -> SealedBundle) -> Bool {
        let began = Clock.monotonic()
        for item in shelf.makeRoom() { report(.removed(path: item.path)) }
        do {
            let bundle = try make()
            report(
                .sealed(
                    path: bundle.path, title: title, sizeInBytes: bundle.sizeInBytes,
                    duration: Clock.monotonic() - began))
            for item in shelf.makeRoom(keeping: bundle.path) { report(.removed(path: item.path)) }
            return true
        } catch {
            report(.failed("\(error)"))
            return false
        }
    }

    private func wait(until time: Int64) {
        while true {
            let left = (time - Clock.monotonic()) / 1_000_000
            guard left > 0 else { return }
            _ = Poll.sleep(milliseconds: Int32(clamping: left))
        }
    }

    /// Puts those that broke off together into one incident, led by the likely culprit.
    private func gather(_ incident: Incident) -> Incident {
        guard incident.isBreak else { return incident }
        let (broken, waitingCount) = state.withLock { $0.queue.takeBreaks(with: incident) }
        for _ in 0..<waitingCount { report(.dropped(.together, title: "")) }
        let choice = CulpritChoice(broken, history: recorder.ended)
        guard let first = choice.ranked.first else { return incident }
        let triggers = first === incident.exchange ? incident.triggers : TriggerRules.breakReasons(of: first)
        return Incident(
            exchange: first, triggers: triggers, companions: Array(choice.ranked.dropFirst()),
            suspects: choice.suspects, attribution: choice.attribution)
    }
}
