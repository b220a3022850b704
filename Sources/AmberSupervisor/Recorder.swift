package import AmberKernel
import Synchronization

/// The thread that turns notified calls into an `Observation`, in the order in which they were received.
///
/// Reads go on at once and are looked at afterwards, unless too many wait to be looked at; a call that may change the
/// tree waits until what it changes is kept. Where that takes longer than two seconds (a file system that does not answer), later calls are let through
/// and the run is labelled: the program is never held up for the record's sake.
package final class Recorder: CallHandler {
    private struct Item: Sendable {
        var call: ObservedCall
        var slot: Int?
        var answerer: Answerer?
    }

    private struct State {
        var items: [Item] = []
        var rest = Rest.none
        var isClosed = false
        var busySince: Int64 = 0
        var isTooSlow = false
        var recordedCount = 0
        var isOver = false
        /// Those who want a copy of what has been recorded by now.
        var snapshots: [SnapshotRequest] = []
    }

    /// What the thread does while nothing is queued.
    private enum Rest {
        /// It records, or is about to look.
        case none
        /// It looks again in a moment: only a caller that waits, or a crowd, wakes it before.
        case short
        /// It sleeps until something is queued.
        case long
    }

    /// How long it rests between two batches. Calls come by the thousand: a wake-up for each costs the program more
    /// than the recording.
    private static let shortRest: Int32 = 5
    /// So many queued calls end a short rest.
    private static let batch = 256
    private static let patience: Int64 = 2_000_000_000
    /// So many calls may wait to be recorded before their callers wait too: memory stays bounded.
    private static let crowd = 2048
    /// So many are queued while the recorder is stuck; later ones are lost, and the run is labelled.
    private static let mostQueued = 65536

    private let observation: Observation
    private let state: Mutex<State>
    private let wake: EventCounter
    private let ended: EventCounter
    private let thread: Mutex<KernelThread?>

    /// Starts the thread.
    package init(_ observation: Observation) throws(SyscallError) {
        self.observation = observation
        state = Mutex(State())
        wake = try EventCounter()
        ended = try EventCounter()
        thread = Mutex(nil)
        let started = try KernelThread("amber-recorder") { self.run() }
        thread.withLock { $0 = started }
    }

    /// CLOCK_MONOTONIC that the recording's times count from.
    package var beganAt: Int64 { observation.beganAt }

    /// A copy of what has been recorded, made between two calls while the run goes on.
    ///
    /// - Parameter patience: Seconds to wait for the thread.
    /// - Returns: Nil where a file system does not answer, or no descriptors are left.
    package func snapshot(patience: Int64 = 20) -> Observation? {
        guard let request = try? SnapshotRequest() else { return nil }
        let isOver = state.withLock { state in
            if !state.isOver { state.snapshots.append(request) }
            state.rest = .none
            return state.isOver
        }
        if isOver { return try? observation.snapshot() }
        wake.signal()
        return request.await(seconds: patience)
    }

    package func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        if call.shape.action == .standardInput { return .proceed }
        guard isForeign(call) == false else {
            push(Item(call: call.withoutPaths, slot: nil, answerer: answerer), slot: nil)
            return .proceed
        }
        if call.shape.action == .ring {
            push(Item(call: call, slot: nil, answerer: answerer), slot: nil)
            return .fail(Errno.notImplemented)
        }
        let mustWait = call.isMutation && !call.isDevicePath
        return push(Item(call: call, slot: nil, answerer: answerer), slot: slot, mustWait: mustWait)
            ? .held : .proceed
    }

    /// Records a call that somebody else answers.
    package func note(_ call: ObservedCall) {
        guard isForeign(call) == false else { return }
        push(Item(call: call, slot: nil, answerer: nil), slot: nil)
    }

    /// Lets the thread end by itself when it has recorded what is queued; nobody waits for it.
    package func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
    }

    /// Records what is queued, joins the thread and gives the observation away.
    ///
    /// - Parameter patience: Seconds that one call may take, before the thread is left to itself.
    /// - Returns: Nil where a file system does not answer: the thread holds the observation still.
    package func finish(patience: Int64 = 20) -> Observation? {
        close()
        guard awaitEnd(patience) else { return nil }
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
        if state.withLock({ $0.isTooSlow }) { observation.labels.insert(.tooSlow) }
        return observation
    }

    /// Waits for the thread's last record; false where it makes no progress.
    private func awaitEnd(_ patience: Int64) -> Bool {
        var seen = -1
        var seenAt = Clock.monotonic()
        while true {
            let (count, isOver) = state.withLock { ($0.recordedCount, $0.isOver) }
            if isOver { return true }
            let now = Clock.monotonic()
            if count != seen { (seen, seenAt) = (count, now) }
            if now - seenAt > patience * 1_000_000_000 { return false }
            var items = [Poll.Item(ended.descriptor.number)]
            _ = Poll.wait(&items, milliseconds: 500)
        }
    }

    /// Paths in another mount namespace: ours only where both lead to the same inode. The caller waits meanwhile.
    private func isForeign(_ call: ObservedCall) -> Bool {
        guard case .namespace = call.root, !call.path.isEmpty else { return false }
        let path = PathResolver.join(call.base, call.path)
        guard
            let theirs = try? Files.status(
                KernelPath(Array("/proc/\(call.threadID)/root".utf8) + path), following: true),
            let ours = try? Files.status(KernelPath(path), following: true)
        else { return true }
        return theirs.device != ours.device || theirs.inode != ours.inode
    }

    /// Queues a call; returns true where its caller waits for the recorder, which never holds where that is stuck.
    @discardableResult
    private func push(_ item: Item, slot: Int?, mustWait: Bool = false) -> Bool {
        let now = item.call.time
        let (mustWake, isHeld) = state.withLock { state in
            let isStuck = state.busySince != 0 && now - state.busySince > Self.patience
            if isStuck { state.isTooSlow = true }
            if isStuck, state.items.count >= Self.mostQueued { return (false, false) }
            var item = item
            if !isStuck, mustWait || state.items.count >= Self.crowd { item.slot = slot }
            state.items.append(item)
            let isHeld = item.slot != nil
            let mustWake =
                switch state.rest {
                case .none: false
                case .short: isHeld || state.items.count >= Self.batch
                case .long: true
                }
            if mustWake { state.rest = .none }
            return (mustWake, isHeld)
        }
        if mustWake { wake.signal() }
        return isHeld
    }

    private func run() {
        var items: [Item] = []
        while takeItems(&items) {
            for item in items {
                state.withLock { state in
                    state.busySince = item.call.time
                    state.recordedCount += 1
                }
                observation.record(item.call)
                if let slot = item.slot { item.answerer?.answer(slot) }
            }
            state.withLock { $0.busySince = 0 }
            serveSnapshots()
        }
        serveSnapshots()
        observation.settleRenamings(before: nil)
        state.withLock { $0.isOver = true }
        serveSnapshots()
        ended.signal()
    }

    private func serveSnapshots() {
        let requests = state.withLock { state in
            defer { state.snapshots = [] }
            return state.snapshots
        }
        for request in requests {
            let copy = try? observation.snapshot()
            if let copy, state.withLock({ $0.isTooSlow }) { copy.labels.insert(.tooSlow) }
            request.give(copy)
        }
    }

    /// Takes what is queued, after a rest where that is nothing; false at the end.
    ///
    /// The two arrays change places, so that neither is allocated anew for each batch.
    private func takeItems(_ items: inout [Item]) -> Bool {
        var next = Rest.short
        if items.count > Self.crowd { items = [] } else { items.removeAll(keepingCapacity: true) }
        while true {
            let (isClosed, isAsked) = state.withLock { state in
                swap(&state.items, &items)
                state.rest = items.isEmpty ? next : .none
                return (state.isClosed, !state.snapshots.isEmpty)
            }
            if !items.isEmpty || isAsked { return true }
            if isClosed { return false }
            var waiting = [Poll.Item(wake.descriptor.number)]
            if Poll.wait(&waiting, milliseconds: next == .short ? Self.shortRest : -1) > 0 { wake.drain() }
            next = next == .short ? .long : .short
        }
    }
}

extension ObservedCall {
    /// Devices and the kernel's own files: nothing about them can be kept.
    fileprivate var isDevicePath: Bool {
        path.starts(with: Self.devices) && !path.starts(with: Self.sharedMemory)
            || path.starts(with: Self.processes)
    }

    private static let devices = Array("/dev/".utf8)
    private static let sharedMemory = Array("/dev/shm/".utf8)
    private static let processes = Array("/proc/".utf8)

    /// The call as one that names nothing, for paths that mean something else to us.
    fileprivate var withoutPaths: ObservedCall {
        var copy = self
        if shape.action != .exit, shape.action != .started { copy.shape = Self.foreign }
        return copy
    }

    private static let foreign = CallShape("foreign", .namespace)
}
