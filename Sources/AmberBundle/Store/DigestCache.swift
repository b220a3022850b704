import AmberKernel
import AmberModel
import FoundationEssentials
import Synchronization

/// Remembers digests of files by device, inode, size, mtime and ctime, across processes.
///
/// An append-only file of 88-byte records, read as a whole on first use: 100,000 files are 9 MB. Damaged
/// records are passed over. Every failure to read or write it means only that a file is hashed again.
final class DigestCache: Sendable {
    /// What identifies a file's content without reading it.
    struct Key: Hashable, Sendable {
        let device, inode, size: UInt64
        let modifiedAt, changedAt: Int64

        init(_ status: FileStatus) {
            device = status.device
            inode = status.inode
            size = status.sizeInBytes
            modifiedAt = status.modifiedAt
            changedAt = status.changedAt
        }

        fileprivate init(_ words: [UInt64]) {
            device = words[0]
            inode = words[1]
            size = words[2]
            modifiedAt = Int64(bitPattern: words[3])
            changedAt = Int64(bitPattern: words[4])
        }

        fileprivate var words: [UInt64] {
            [device, inode, size, UInt64(bitPattern: modifiedAt), UInt64(bitPattern: changedAt)]
        }
    }

    /// What is known of a file's content.
    struct Content: Hashable, Sendable {
        var digest: Digest
        /// It was inspected (`FileHasher.isMarked`) and nothing was found.
        var isPlain = false
    }

    private struct State {
        var known: [Key: Content]?
        var added: [UInt8] = []
    }

    private static let recordSize = 88
    /// More than this is rewritten without what is outdated.
    static let compactionSize = 32 << 20
    private let path: String
    private let state = Mutex(State())

    /// Names the file; it is read when it is first asked.
    init(path: String) { self.path = path }

    /// The digest of a file that has not changed since it was hashed; nil where that is not known.
    func lookUp(_ status: FileStatus) -> Digest? { content(of: status)?.digest }

    /// The same with what else is known of its content.
    func content(of status: FileStatus) -> Content? {
        state.withLock { state in
            load(&state)
            return state.known?[Key(status)]
        }
    }

    /// Remembers a digest, unless the file is so young that a later change might bear the same times.
    ///
    /// A file that changes twice within one tick of the file system's clock has the same times and may have
    /// the same size: git calls such an entry racy (git, racy-git.txt). We remember only files that lie still
    /// for 2 s.
    func insert(
        _ digest: Digest, isPlain: Bool = false, for status: FileStatus, now: Int64 = DigestCache.now
    ) {
        guard max(status.modifiedAt, status.changedAt) < now - 2_000_000_000 else { return }
        state.withLock { state in
            load(&state)
            let key = Key(status)
            let content = Content(digest: digest, isPlain: isPlain)
            guard state.known?[key] != content else { return }
            state.known?[key] = content
            state.added += Self.encode(key, content)
        }
    }

    /// Appends what is new to the file.
    func save() {
        state.withLock { state in
            guard !state.added.isEmpty else { return }
            let added = state.added
            state.added = []
            do throws(SyscallError) {
                let file = try Files.open(
                    KernelPath(path), Files.Flag.create | Files.Flag.readWrite | Files.Flag.append,
                    mode: 0o600)
                try Files.lock(file.number)
                // A writer that was killed, or a full disk, may have left part of a record.
                let size = try Files.status(of: file.number).sizeInBytes
                if size % UInt64(Self.recordSize) != 0 {
                    try Files.setSize(file.number, to: size - size % UInt64(Self.recordSize))
                }
                if size > UInt64(Self.compactionSize) {
                    try compact(file.number, state.known ?? [:])
                } else {
                    try Files.writeAll(file.number, added)
                }
            } catch {}
        }
    }

    /// Keeps what this process knows, newest change first, to half the size that starts a compaction.
    private func compact(_ descriptor: Int32, _ known: [Key: Content]) throws(SyscallError) {
        let kept = known.sorted { $0.key.changedAt > $1.key.changedAt }
            .prefix(Self.compactionSize / 2 / Self.recordSize)
        try Files.setSize(descriptor, to: 0)
        try Files.writeAll(descriptor, kept.flatMap { Self.encode($0.key, $0.value) })
    }

    private func load(_ state: inout State) {
        guard state.known == nil else { return }
        var known: [Key: Content] = [:]
        defer { state.known = known }
        guard let bytes = try? Files.contents(KernelPath(path), limit: 4 * Self.compactionSize) else {
            return
        }
        let count = bytes.count / Self.recordSize
        known.reserveCapacity(count)
        bytes.withUnsafeBytes { raw in
            for index in 0..<count {
                let start = index * Self.recordSize
                let words = (0..<11).map {
                    raw.loadUnaligned(fromByteOffset: start + $0 * 8, as: UInt64.self).littleEndian
                }
                guard Self.checksum(words[..<10]) == words[10] else { continue }
                guard let digest = Digest(bytes: Array(raw[(start + 40)..<(start + 72)])) else { continue }
                known[Key(words)] = Content(digest: digest, isPlain: words[9] == 1)
            }
        }
    }

    private static func encode(_ key: Key, _ content: Content) -> [UInt8] {
        var words = key.words
        content.digest.bytes.withUnsafeBytes { raw in
            for index in 0..<4 {
                words.append(raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self).littleEndian)
            }
        }
        words.append(content.isPlain ? 1 : 0)
        words.append(checksum(words[...]))
        return words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }

    /// FNV-1a over words: finds damage, not malice; the store belongs to its user alone.
    private static func checksum(_ words: ArraySlice<UInt64>) -> UInt64 {
        words.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01b3 }
    }

    /// Now, nanoseconds since the epoch.
    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000_000) }
}
