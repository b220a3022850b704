import AmberKernel
import Synchronization

/// Somebody waits for a copy of the observation.
final class SnapshotRequest: Sendable {
    private let done: EventCounter
    private let copy = Mutex<Observation?>(nil)

    init() throws(SyscallError) { done = try EventCounter() }

    /// Gives the copy away, or nil where none could be made.
    func give(_ observation: sending Observation?) {
        copy.withLock { $0 = observation }
        done.signal()
    }

    /// Waits for the copy; nil where it takes longer.
    func await(seconds: Int64) -> Observation? {
        let deadline = Clock.monotonic() + seconds * 1_000_000_000
        while true {
            let left = (deadline - Clock.monotonic()) / 1_000_000
            if left <= 0 { return nil }
            var items = [Poll.Item(done.descriptor.number)]
            _ = Poll.wait(&items, milliseconds: Int32(clamping: left))
            if items[0].isReady { return copy.withLock { $0 } }
        }
    }
}
