import AmberKernel
import Synchronization

/// Everything that a survey looked at, so that its result can be used again for as long as nothing of that changes.
final class Evidence: Sendable {
    /// What stood at a place when it was looked at.
    enum Fact: Hashable, Sendable {
        /// Nothing, or nothing that can be looked at.
        case missing
        /// A file whose content was read, or a directory whose names were.
        case content(device: UInt64, inode: UInt64, size: UInt64, modifiedAt: Int64, changedAt: Int64)
        /// Something of which only the kind, the permissions and whether it is tiny were asked.
        case kind(mode: UInt32, size: UInt64)
    }

    private struct State {
        var facts: [[UInt8]: Fact] = [:]
        var isComplete = true
    }

    private static let tiny: UInt64 = 64
    private let state = Mutex(State())

    /// The facts by absolute path; nil where something was asked that has no facts, or that is still being changed.
    ///
    /// A file that changes twice within one tick of the file system's clock shows no difference: what changed in the
    /// last two seconds proves nothing (git, racy-git.txt).
    func facts(now: Int64) -> [[UInt8]: Fact]? {
        let (facts, isComplete) = state.withLock { ($0.facts, $0.isComplete) }
        guard isComplete else { return nil }
        for case .content(_, _, _, let modifiedAt, let changedAt) in facts.values
        where max(modifiedAt, changedAt) > now - 2_000_000_000 { return nil }
        return facts
    }

    /// Notes that content is about to be read: before, so that a change meanwhile is seen later.
    func willRead(_ path: [UInt8]) {
        let fact = Self.content(of: path)
        state.withLock { $0.facts[path] = fact }
    }

    /// Notes what statx(2) said of a place whose content is not read.
    func didLook(at path: [UInt8], _ status: FileStatus?) {
        state.withLock { if $0.facts[path] == nil { $0.facts[path] = Self.kind(status) } }
    }

    /// Notes that something was asked whose answer can change unseen.
    func isIncomplete() { state.withLock { $0.isComplete = false } }

    /// Tells whether a fact still holds.
    static func holds(_ fact: Fact, at path: [UInt8]) -> Bool {
        switch fact {
        case .content: content(of: path) == fact
        case .kind: kind(try? Files.status(KernelPath(path), following: true)) == fact
        case .missing: (try? Files.status(KernelPath(path), following: true)) == nil
        }
    }

    private static func content(of path: [UInt8]) -> Fact {
        guard let status = try? Files.status(KernelPath(path), following: true) else { return .missing }
        return .content(
            device: status.device, inode: status.inode, size: status.sizeInBytes,
            modifiedAt: status.modifiedAt, changedAt: status.changedAt)
    }

    private static func kind(_ status: FileStatus?) -> Fact {
        guard let status else { return .missing }
        return .kind(mode: status.mode, size: status.isRegular ? min(status.sizeInBytes, tiny) : 0)
    }
}
