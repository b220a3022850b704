import AmberKernel
import Synchronization

/// Something that happens once; tasks and threads wait for it.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let counter: EventCounter

    init() throws(SyscallError) { counter = try EventCounter() }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// It has happened.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        counter.signal()
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Blocks the calling thread; false where it took longer.
    @discardableResult
    func waitBlocking(milliseconds: Int32 = -1) -> Bool {
        while !isOpen {
            var items = [Poll.Item(counter.descriptor.number)]
            if Poll.wait(&items, milliseconds: milliseconds) == 0, milliseconds >= 0 { return isOpen }
        }
        return true
    }
}
