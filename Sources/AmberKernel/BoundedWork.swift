import Synchronization

/// Work that may block for ever, on a file system that no longer answers, and that nobody waits for longer than that.
package enum BoundedWork {
    /// What the thread and the caller share; whoever comes last lets go of it.
    private final class Box<Value>: @unchecked Sendable {
        // @unchecked: `value` is written once, before `done` is signalled, and read only after that.
        var value: Value?
        let done: EventCounter
        init() throws(SyscallError) { done = try EventCounter() }
    }

    /// Runs `body` on a thread of its own and waits for it.
    ///
    /// The body must not share mutable state with the caller for as long as the caller waits, nor afterwards where the
    /// time was not enough: the thread goes on by itself.
    ///
    /// - Parameters:
    ///   - name: The thread's, at most 15 bytes.
    ///   - seconds: How long the caller waits.
    ///   - interruption: A descriptor that ends the wait when it is readable; -1 for none.
    ///   - body: What is run.
    /// - Returns: The body's result; nil where it took longer, or was interrupted.
    /// - Throws: `SyscallError` where no thread can be started.
    package static func run<Value>(
        _ name: String, seconds: Int64, interruption: Int32 = -1, _ body: @escaping () -> Value
    ) throws(SyscallError) -> Value? {
        let box = try Box<Value>()
        let carried = Carried(body)
        try DetachedThread.start(named: name) {
            box.value = carried.body()
            box.done.signal()
        }
        let deadline = Clock.monotonic() + seconds * 1_000_000_000
        while true {
            let left = (deadline - Clock.monotonic()) / 1_000_000
            if left <= 0 { return nil }
            var items = [Poll.Item(box.done.descriptor.number), Poll.Item(interruption)]
            _ = Poll.wait(&items, milliseconds: Int32(clamping: left))
            if items[0].isReady { return box.value }
            if items[1].isReady { return nil }
        }
    }

    /// Carries a body to the one thread that runs it.
    private struct Carried<Value>: @unchecked Sendable {
        // @unchecked: made here, run once by the thread; see `run`'s demand on the caller.
        let body: () -> Value
        init(_ body: @escaping () -> Value) { self.body = body }
    }
}
