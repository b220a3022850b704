import Synchronization

/// Work that runs on a thread of its own beside its caller, who takes the result when it is needed.
package final class ConcurrentWork<Value>: @unchecked Sendable {
    // @unchecked: `value` is written once, before `isDone` is stored with release order, and read only after that.
    private var value: Value?
    private let isDone = Atomic(false)
    private let finished = Signpost()
    private let body: () -> Value

    /// Starts the work; where no thread can be had the caller does it at once.
    ///
    /// Until the result was taken, body and caller may only read what they share.
    ///
    /// - Parameters:
    ///   - name: The thread's, at most 15 bytes.
    ///   - body: Run once.
    package init(_ name: String, _ body: @escaping () -> Value) {
        self.body = body
        do { try DetachedThread.start(named: name) { self.work() } } catch { work() }
    }

    private func work() {
        value = body()
        isDone.store(true, ordering: .releasing)
        finished.raise()
    }

    /// Waits for the work to end.
    package func result() -> Value {
        while !isDone.load(ordering: .acquiring) { finished.wait(milliseconds: 1000) }
        return value ?? body()
    }
}
