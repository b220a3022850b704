import AmberKernel
import Synchronization

/// Feeds a piped standard input to the program on demand, so that what the program leaves unread stays where it is.
///
/// `while read line; do amber capture -- job; done < list` must not lose lines to the recorder. The filter notifies
/// reads of descriptor 0, and only as much is taken from the real input as a read asked for. A program that waits for
/// its input, copies its descriptor or reads more than 4096 times gets it read ahead from then on.
///
/// A copy that a shell keeps for the time of a redirection is no reason to read ahead, but may still be read from: who
/// made it is watched until it blocks in such a read. So are several readers of one input, of whom one may have got what
/// was meant for another.
package final class StandardInputFeeder: Sendable {
    private struct State {
        var demand = 0
        var isEager = false
        var readCount = 0
        var isEnded = false
        /// Processes with a copy of the descriptor that they may read from.
        var holders: Set<Int32> = []
        /// Threads that read, and how much they asked for last.
        var readers: [Int32: Int] = [:]
        /// Milliseconds until they are looked at again.
        var patience = shortestPatience

        var isWatching: Bool { !isEager && (!holders.isEmpty || readers.count > 1) }
    }

    private static let shortestPatience: Int32 = 2
    /// Looking after a shell that runs for days must cost nothing.
    private static let longestPatience: Int32 = 200
    private static let mostWatched = 64

    private let state = Mutex(State())
    private let wake: EventCounter
    private let from: Int32
    private let to: Int32
    private let input: FedInput
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
        input = FedInput(inside: inside)
        self.recording = recording
        self.onEnd = onEnd
        wake = try EventCounter()
        let started = try KernelThread("amber-stdin") { self.run() }
        thread.withLock { $0 = started }
    }

    /// Takes note of a call that may look at standard input; called on the listener's thread.
    func notice(_ call: ObservedCall, _ raw: RawCall) {
        switch StandardInputLook(call, raw) {
        case .read(let count): if input.isOne(0, of: raw.threadID) { demand(count, by: raw.threadID) }
        case .other: if input.isOne(0, of: raw.threadID) { readAhead() }
        case .wait(let numbers):
            let mayHoldCopies = state.withLock { !$0.holders.isEmpty }
            // Below that number it would not be a kept copy, and reading ahead has begun already.
            let candidates = numbers.filter { $0 == 0 || mayHoldCopies && $0 >= 10 }
            if candidates.contains(where: { input.isOne($0, of: raw.threadID) }) { readAhead() }
        case .copy: if input.isOne(0, of: raw.threadID) { watch(call.processID) }
        }
    }

    /// Takes note of an open of something in a process's `fd` directory: the input can be opened by that name.
    func noticeOpen(_ path: [UInt8]) {
        guard path.starts(with: "/proc/".utf8) else { return }
        let parts = path.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 4, parts[0] == "proc", parts[2] == "fd", let threadID = Int32(parts[1]),
            let number = Int32(parts[3]), input.isOne(number, of: threadID)
        else { return }
        readAhead()
    }

    /// Takes note of a program that is about to be replaced: the new one may read from copies that it inherits.
    func noticeExec(_ threadID: Int32) {
        guard state.withLock({ !$0.holders.isEmpty && !$0.isEager }) else { return }
        let numbers = ProcessFacts.descriptors(of: threadID).filter { $0.number >= 10 && !$0.isCloseOnExec }
        if numbers.contains(where: { input.isOne($0.number, of: threadID) }) { readAhead() }
    }

    private func demand(_ count: Int, by threadID: Int32) {
        let isWanted = state.withLock { state in
            if state.isEnded { return false }
            state.readCount += 1
            state.demand = max(state.demand, count)
            if state.readers.updateValue(count, forKey: threadID) == nil {
                state.patience = Self.shortestPatience
            }
            if state.readers.count > Self.mostWatched {
                state.readers = state.readers.filter { FedInput.isAlive($0.key) }
            }
            if state.readCount > 4096 || state.readers.count > Self.mostWatched { state.isEager = true }
            return true
        }
        if isWanted, input.isEmpty { wake.signal() }
    }

    private func readAhead() {
        let isFirst = state.withLock { state in
            if state.isEnded || state.isEager { return false }
            state.isEager = true
            return true
        }
        guard isFirst else { return }
        wake.signal()
        // A look without waiting must find what is there already: give the feeder a moment to bring it.
        for _ in 0..<20 where Poll.isReadable(from) && input.isEmpty {
            _ = Poll.sleep(milliseconds: 1)
        }
    }

    private func watch(_ processID: Int32) {
        let hasRoom = state.withLock { state in
            if state.holders.count < Self.mostWatched { state.holders.insert(processID) }
            state.patience = Self.shortestPatience
            return state.holders.contains(processID)
        }
        if hasRoom { wake.signal() } else { readAhead() }
    }

    /// Reads ahead where a holder of a copy blocks in a read of it, and gives a reader that still waits its turn.
    private func lookAfterWatched() {
        let (holders, readers) = state.withLock { state in
            state.patience = min(state.patience * 2, Self.longestPatience)
            return (state.holders, state.readers)
        }
        for holder in holders {
            switch input.sleep(of: holder) {
            case .gone: state.withLock { _ = $0.holders.remove(holder) }
            case .input, .unknown: state.withLock { $0.isEager = true }
            case .something: break
            }
        }
        for (reader, count) in readers {
            switch input.sleep(of: reader) {
            case .gone: state.withLock { _ = $0.readers.removeValue(forKey: reader) }
            case .input where input.isEmpty:
                state.withLock { $0.demand = max($0.demand, count) }
            case .unknown: state.withLock { $0.isEager = true }
            case .input, .something: break
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
            let (demand, isEnded, patience) = state.withLock { state in
                let demand = state.isEager ? 1 << 16 : state.demand
                state.demand = 0
                return (demand, state.isEnded, state.isWatching ? state.patience : -1)
            }
            if isEnded { return }
            var items = [Poll.Item(demand > 0 ? from : -1), Poll.Item(wake.descriptor.number)]
            if Poll.wait(&items, milliseconds: patience) == 0, patience >= 0 { lookAfterWatched() }
            if items[1].isReady { wake.drain() }
            guard items[0].isReady else {
                if demand > 0 { state.withLock { $0.demand = max($0.demand, demand) } }
                continue
            }
            // The program was served meanwhile by an earlier read: nothing is taken ahead.
            if !input.isEmpty, !state.withLock({ $0.isEager }) { continue }
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
