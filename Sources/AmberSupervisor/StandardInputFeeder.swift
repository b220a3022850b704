import AmberKernel
import Synchronization

/// Feeds a piped standard input to the program on demand, so that what the program leaves unread stays where it is.
///
/// `while read line; do amber capture -- job; done < list` must not lose lines to the recorder. The filter notifies
/// reads of descriptor 0, and only as much is taken from the real input as a read asked for. A program that polls, or
/// reads more than 4096 times, gets its input read ahead from then on.
package final class StandardInputFeeder: Sendable {
    private struct State {
        var demand = 0
        var isEager = false
        var readCount = 0
        var isEnded = false
    }

    private let state = Mutex(State())
    private let wake: EventCounter
    private let from: Int32
    private let to: Int32
    private let inside: Int32
    private let recording: StreamRecording
    private let onEnd: @Sendable () -> Void
    private let thread = Mutex<KernelThread?>(nil)

    /// Starts to feed; descriptors are borrowed.
    ///
    /// - Parameters:
    ///   - from: The real input.
    ///   - to: The end of the program's pipe or socket that is written to.
    ///   - inside: The program's own end, to see whether it still holds bytes.
    ///   - recording: Takes what passes.
    ///   - onEnd: Called on the feeder's thread when the input has ended.
    /// - Throws: `SyscallError` where no thread or eventfd can be made.
    init(
        from: Int32, to: Int32, inside: Int32, recording: StreamRecording,
        onEnd: @escaping @Sendable () -> Void
    ) throws(SyscallError) {
        self.from = from
        self.to = to
        self.inside = inside
        self.recording = recording
        self.onEnd = onEnd
        wake = try EventCounter()
        let started = try KernelThread("amber-stdin") { self.run() }
        thread.withLock { $0 = started }
    }

    /// Takes note of a call that looks at standard input; called on the listener's thread.
    func notice(_ call: ObservedCall) {
        let isRead = call.shape.name == "read" && call.flags > 0
        let isFirstLook = state.withLock { state in
            if state.isEnded { return false }
            state.readCount += 1
            let wasEager = state.isEager
            if !isRead || state.readCount > 4096 { state.isEager = true }
            state.demand = max(state.demand, isRead ? Int(min(call.flags, 1 << 16)) : 1)
            return !isRead && !wasEager
        }
        guard !state.withLock({ $0.isEnded }), isFirstLook || Streams.bytesWaiting(inside) == 0 else {
            return
        }
        wake.signal()
        // A look without waiting must find what is there already: give the feeder a moment to bring it.
        if isFirstLook {
            for _ in 0..<20 where Poll.isReadable(from) && Streams.bytesWaiting(inside) == 0 {
                _ = Poll.sleep(milliseconds: 1)
            }
        }
    }

    /// Ends the feeding and joins the thread.
    func end() {
        state.withLock { $0.isEnded = true }
        wake.signal()
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
    }

    private func run() {
        while true {
            let (demand, isEnded) = state.withLock { state in
                let demand = state.isEager ? 1 << 16 : state.demand
                state.demand = 0
                return (demand, state.isEnded)
            }
            if isEnded { return }
            var items = [Poll.Item(demand > 0 ? from : -1), Poll.Item(wake.descriptor.number)]
            _ = Poll.wait(&items)
            if items[1].isReady { wake.drain() }
            guard items[0].isReady else {
                if demand > 0 { state.withLock { $0.demand = max($0.demand, demand) } }
                continue
            }
            // The program was served meanwhile by an earlier read: nothing is taken ahead.
            if Streams.bytesWaiting(inside) > 0, !state.withLock({ $0.isEager }) { continue }
            guard move(demand) else {
                state.withLock { $0.isEnded = true }
                onEnd()
                return
            }
        }
    }

    private func move(_ demand: Int) -> Bool {
        do {
            let bytes = try Files.readSome(from, limit: demand)
            if bytes.isEmpty { return false }
            recording.append(bytes[...])
            var rest = bytes[...]
            while !rest.isEmpty, !state.withLock({ $0.isEnded }) {
                do {
                    rest = rest.dropFirst(try Files.writeSome(to, rest))
                } catch  where error.code == Errno.again {
                    waitForRoom()
                }
            }
            return true
        } catch {
            return error.code == Errno.again
        }
    }

    /// Waits until the program has read, or the feeding ends.
    private func waitForRoom() {
        var items = [Poll.Item(to, isForWriting: true), Poll.Item(wake.descriptor.number)]
        _ = Poll.wait(&items)
        if items[1].isReady { wake.drain() }
    }
}
