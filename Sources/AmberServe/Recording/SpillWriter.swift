import AmberKernel
import Synchronization

/// Puts long messages on disk, on a thread of its own: an event loop never waits for a disk.
///
/// What does not fit (a slow disk, a full one, the limit) is cut, and said to be.
final class SpillWriter: Sendable {
    private struct Piece: Sendable {
        var file: SpillFile
        var bytes: [UInt8]
    }

    private struct State {
        var queue: [Piece] = []
        var queuedBytes = 0
        var isWriting = false
        var isClosed = false
    }

    /// Most bytes that wait to be written.
    private static let mostQueued = 32 << 20

    private let directory: String?
    private let limit: Int
    private let live = Atomic<Int>(0)
    private let state = Mutex(State())
    private let wake: EventCounter
    private let idle: EventCounter
    private let thread = Mutex<KernelThread?>(nil)

    /// Makes a writer for nameless files below a directory; nil cuts every long message.
    init(directory: String?, limit: Int) throws(SyscallError) {
        self.directory = directory
        self.limit = limit
        wake = try EventCounter()
        idle = try EventCounter()
        let started = try KernelThread("amber-spill") { self.run() }
        thread.withLock { $0 = started }
    }

    /// Bytes on disk, or on their way there.
    var bytes: Int { live.load(ordering: .relaxed) }

    /// A file for a message; nil where there is no room.
    func open() -> SpillFile? {
        guard let directory, bytes < limit,
            let number = try? Files.open(
                KernelPath(directory), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600
            ).release()
        else { return nil }
        return SpillFile(OwnedDescriptor(adopting: number), writer: self)
    }

    /// Takes bytes for a file; false where they do not fit.
    func write(_ bytes: [UInt8], to file: SpillFile) -> Bool {
        guard live.load(ordering: .relaxed) + bytes.count <= limit, !file.isDamaged else { return false }
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.queuedBytes + bytes.count <= Self.mostQueued else { return false }
            state.queue.append(Piece(file: file, bytes: bytes))
            state.queuedBytes += bytes.count
            return true
        }
        guard isTaken else { return false }
        file.didTake(bytes.count)
        live.wrappingAdd(bytes.count, ordering: .relaxed)
        wake.signal()
        return true
    }

    /// A file is gone.
    func release(_ count: Int) { live.wrappingSubtract(count, ordering: .relaxed) }

    /// Waits until what was taken by now is written, ten seconds at most.
    func flush() {
        for _ in 0..<100 where state.withLock({ $0.isWriting || !$0.queue.isEmpty }) {
            var items = [Poll.Item(idle.descriptor.number)]
            if Poll.wait(&items, milliseconds: 100) > 0 { idle.drain() }
        }
    }

    /// Ends the thread.
    func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func run() {
        while true {
            let (pieces, isClosed) = state.withLock { state in
                let pieces = state.queue
                state.queue = []
                state.isWriting = !pieces.isEmpty
                return (pieces, state.isClosed)
            }
            for piece in pieces {
                piece.file.append(piece.bytes)
                state.withLock { $0.queuedBytes -= piece.bytes.count }
            }
            if !pieces.isEmpty { continue }
            idle.signal()
            if isClosed { return }
            var items = [Poll.Item(wake.descriptor.number)]
            if Poll.wait(&items) > 0 { wake.drain() }
        }
    }
}
