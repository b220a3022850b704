import AmberKernel
import AmberModel
import Synchronization

/// The work that the threads of a `FileHasher` share.
final class HashingWork: Sendable {
    /// What is done with each file.
    struct Rules: Sendable {
        let cache: DigestCache?
        let sizeLimit: UInt64
        let isMarked: (@Sendable ([UInt8]) -> Bool)?

        func inspects(_ status: FileStatus) -> Bool {
            isMarked != nil && status.sizeInBytes <= FileHasher.largestInspected
        }
    }

    /// One thread's present file.
    private struct Slot {
        var index: Int
        var lastProgress: ContinuousClock.Instant
    }

    private struct State {
        var next = 0
        var left: Int
        var outcomes: [FileHasher.Outcome?]
        /// Present files by ticket; a ticket that is gone was abandoned.
        var slots: [Int: Slot] = [:]
        var tickets = 0
        var isClosed = false
    }

    /// Raised when the last file is done.
    let finished = Signpost()
    private let paths: [ByteString]
    private let rules: Rules
    private let state: Mutex<State>

    init(_ paths: [ByteString], _ rules: Rules) {
        self.paths = paths
        self.rules = rules
        state = Mutex(State(left: paths.count, outcomes: Array(repeating: nil, count: paths.count)))
    }

    /// Tells whether every file has an outcome.
    var isFinished: Bool { state.withLock { $0.left == 0 } }

    /// Starts one more thread; false where the system has none left.
    func startThread() -> Bool {
        (try? DetachedThread.start(named: "amber-hash", isPatient: true) { self.run() }) != nil
    }

    /// Takes files until there are none left.
    func run() {
        while let (ticket, index) = take() {
            let outcome = Self.hash(paths[index], rules) { _ in
                self.touch(ticket)
            }
            guard settle(ticket, index, outcome) else { return }
        }
    }

    /// Gives up on files that made no progress; the threads that wait for them end by themselves, if ever.
    ///
    /// - Returns: Number of threads that are lost.
    func abandonStalled(for patience: Duration) -> Int {
        let now = ContinuousClock.now
        let (lost, isDone) = state.withLock { state in
            let stalled = state.slots.filter { now - $0.value.lastProgress > patience }
            for (ticket, slot) in stalled {
                state.slots[ticket] = nil
                state.outcomes[slot.index] = .timedOut
                state.left -= 1
            }
            return (min(stalled.count, paths.count - state.next), state.left == 0)
        }
        if isDone { finished.raise() }
        return lost
    }

    /// Ends the work; what has no outcome timed out.
    func close() -> [FileHasher.Outcome] {
        state.withLock { state in
            state.isClosed = true
            return state.outcomes.map { $0 ?? .timedOut }
        }
    }

    private func take() -> (ticket: Int, index: Int)? {
        state.withLock { state in
            guard !state.isClosed, state.next < paths.count else { return nil }
            defer { state.next += 1 }
            state.tickets += 1
            state.slots[state.tickets] = Slot(index: state.next, lastProgress: .now)
            return (state.tickets, state.next)
        }
    }

    /// Notes progress; false where nobody waits for this file any more.
    private func touch(_ ticket: Int) -> Bool {
        state.withLock { state in
            state.slots[ticket]?.lastProgress = .now
            return !state.isClosed && state.slots[ticket] != nil
        }
    }

    private func settle(_ ticket: Int, _ index: Int, _ outcome: FileHasher.Outcome) -> Bool {
        let (isWanted, isDone) = state.withLock { state in
            guard !state.isClosed, state.slots.removeValue(forKey: ticket) != nil else {
                return (false, false)
            }
            state.outcomes[index] = outcome
            state.left -= 1
            return (true, state.left == 0)
        }
        if isDone { finished.raise() }
        return isWanted
    }

    /// Hashes one file; `progress` is called after each read and returns false to stop.
    static func hash(_ path: ByteString, _ rules: Rules, progress: (Int) -> Bool) -> FileHasher.Outcome {
        do throws(SyscallError) {
            let name = KernelPath(path.bytes)
            if let known = remembered(name, rules) { return known }
            let file = try Files.open(
                name,
                Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noControllingTerminal)
            let before = try Files.status(of: file.number)
            guard before.isRegular else { return .special }
            var observation = FileHasher.Observation(before)
            guard before.sizeInBytes <= rules.sizeLimit else { return .tooLarge(observation) }
            let isInspected = rules.inspects(before)
            let digest = try content(of: file.number, size: before.sizeInBytes, progress) { head in
                if isInspected, let isMarked = rules.isMarked { observation.isMarked = isMarked(head()) }
            }
            guard let digest else { return .timedOut }
            let after = try Files.status(of: file.number)
            guard DigestCache.Key(after) == DigestCache.Key(before) else { return .changed(observation) }
            rules.cache?.insert(digest, isPlain: isInspected && !observation.isMarked, for: before)
            return .hashed(digest, metadata: observation)
        } catch {
            return .unreadable(code: error.code, error.description)
        }
    }

    /// What the cache knows of a file that stands as it stood: it need not be opened again.
    private static func remembered(_ path: KernelPath, _ rules: Rules) -> FileHasher.Outcome? {
        guard let cache = rules.cache, let status = try? Files.status(path, following: true),
            status.isRegular, status.sizeInBytes <= rules.sizeLimit, let known = cache.content(of: status),
            known.isPlain || !rules.inspects(status)
        else { return nil }
        return .hashed(known.digest, metadata: FileHasher.Observation(status))
    }

    /// Hashes what a descriptor has; `inspect` can ask for the first 4 KiB.
    private static func content(
        of descriptor: Int32, size: UInt64, _ progress: (Int) -> Bool, inspect: (() -> [UInt8]) -> Void
    ) throws(SyscallError) -> Digest? {
        let length = Int(min(max(size, 4096), 1 << 18))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 4096)
        defer { buffer.deallocate() }
        var hasher = ContentHasher()
        var offset: UInt64 = 0
        while true {
            let count = try Files.read(descriptor, at: Int64(clamping: offset), into: buffer)
            if count == 0 { return hasher.finish() }
            if offset == 0 { inspect { Array(buffer[..<min(count, 4096)]) } }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
            // A file that grows faster than it is read would never end.
            if offset > size { return hasher.finish() }
            guard progress(count) else { return nil }
        }
    }
}
