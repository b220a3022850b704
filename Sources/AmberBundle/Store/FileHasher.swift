import AmberKernel
public import AmberModel
import Synchronization

/// Hashes many files on all processors, and gives up on those that do not answer.
public struct FileHasher: Sendable {
    /// What became of one file.
    public enum Outcome: Sendable, Hashable {
        /// Its digest; the file did not change while it was read.
        case hashed(Digest, metadata: Observation)
        /// It changed while it was read.
        case changed(Observation)
        /// It is longer than the limit, and was not read.
        case tooLarge(Observation)
        /// It is no regular file.
        case special
        /// It could not be opened or read; the text of errno.
        case unreadable(code: Int32, String)
        /// The time budget was spent, or the file system did not answer.
        case timedOut
    }

    /// What fstat(2) said about the file that was read.
    public struct Observation: Sendable, Hashable {
        /// Device number.
        public let device: UInt64
        /// Inode number.
        public let inode: UInt64
        /// Length in bytes.
        public let sizeInBytes: UInt64
        /// Space used in bytes; less than the length for sparse files.
        public let allocatedBytes: UInt64
        /// Last change of content, nanoseconds since the epoch.
        public let modifiedAt: Int64
        /// Last change of the inode, nanoseconds since the epoch.
        public let changedAt: Int64
        /// `FileHasher.isMarked` said so of its beginning.
        public internal(set) var isMarked = false

        init(_ status: FileStatus) {
            device = status.device
            inode = status.inode
            sizeInBytes = status.sizeInBytes
            allocatedBytes = status.allocatedBytes
            modifiedAt = status.modifiedAt
            changedAt = status.changedAt
        }
    }

    /// Files longer than this are not read.
    public var sizeLimit: UInt64
    /// Time for all files together.
    public var timeBudget: Duration
    /// Time in which a file must give at least one more byte.
    public var patience: Duration
    /// Threads; one per processor by default.
    public var threads: Int
    /// Looks at the first 4 KiB of each file of at most `largestInspected` bytes; nil looks at none.
    ///
    /// Called on the hasher's threads. What a store remembers as plain is not looked at again.
    public var isMarked: (@Sendable (_ head: [UInt8]) -> Bool)?
    /// The length up to which files are inspected, bytes.
    public static let largestInspected: UInt64 = 1 << 16

    /// Makes a hasher.
    public init(
        sizeLimit: UInt64 = .max, timeBudget: Duration = .seconds(600), patience: Duration = .seconds(5),
        threads: Int? = nil
    ) {
        self.sizeLimit = sizeLimit
        self.timeBudget = timeBudget
        self.patience = patience
        self.threads = max(1, threads ?? DetachedThread.processorCount)
    }

    /// Hashes files; results stand in the order of the paths.
    ///
    /// Blocks the calling thread. A file that blocks in the kernel costs one thread, which is left behind
    /// until the kernel lets it go; another takes its place.
    ///
    /// - Parameters:
    ///   - paths: Paths, opened following symbolic links.
    ///   - store: Knows digests of files that did not change since; learns the new ones.
    /// - Returns: One outcome for each path.
    public func hash(_ paths: [ByteString], store: LocalStore? = nil) -> [Outcome] {
        guard !paths.isEmpty else { return [] }
        let work = HashingWork(
            paths, HashingWork.Rules(cache: store?.digests, sizeLimit: sizeLimit, isMarked: isMarked))
        let deadline = ContinuousClock.now + timeBudget
        var running = 0
        for _ in 0..<min(threads, paths.count) where work.startThread() { running += 1 }
        if running == 0 { work.run() }
        while !work.isFinished, ContinuousClock.now < deadline {
            work.finished.wait(milliseconds: 50)
            for _ in 0..<work.abandonStalled(for: patience) { _ = work.startThread() }
        }
        store?.digests.save()
        return work.close()
    }

    /// Hashes one file on the calling thread; for small sets and tests.
    public func hash(_ path: ByteString, store: LocalStore? = nil) -> Outcome {
        let outcome = HashingWork.hash(
            path, HashingWork.Rules(cache: store?.digests, sizeLimit: sizeLimit, isMarked: isMarked)
        ) { _ in true }
        store?.digests.save()
        return outcome
    }
}
