import AmberKernel
import AmberModel
import AmberSupervisor
import Synchronization

/// Answers the calls of a replay: what the bundle does not hold is refused and noted, everything else is recorded as
/// in a capture, for the comparison.
final class ReplayHandler: CallHandler {
    /// Something that the program asked for and did not get.
    struct Refusal: Hashable, Sendable {
        var subject: [UInt8]
    }

    private struct State {
        var recorder: Recorder?
        var resolver: SandboxResolver?
        var isFailed = false
        /// What to fail with, by path as called; nil goes on.
        var verdicts: [[UInt8]: Int32?] = [:]
        var refusals: [Refusal] = []
    }

    private let placeholders: OwnedDescriptor
    /// Directories whose files are real, topmost first: what the replay wrote, what the caller gave, the layers.
    private let sources: [String]
    /// Paths that production refused by their permissions: an answer that is known, not one that is lacking.
    private let denied: Set<[UInt8]>
    private let state: Mutex<State>

    init(placeholders: String, sources: [String], denied: Set<[UInt8]>) throws(SyscallError) {
        self.denied = denied
        self.placeholders = try Files.open(KernelPath(placeholders), Files.Flag.path | Files.Flag.directory)
        self.sources = sources
        state = Mutex(State())
    }

    func decide(_ call: ObservedCall, slot: Int, answerer: Answerer) -> CallDecision {
        var call = call
        call.root = .own
        guard let recorder = recorder(for: call) else { return .proceed }
        switch call.shape.action {
        case .open where !call.isDiscarding, .execute:
            if let code = refusal(of: call) {
                recorder.note(call)
                return .fail(code)
            }
        case .remove, .rename, .symlink, .link, .make:
            state.withLock { state in
                state.verdicts.removeAll(keepingCapacity: true)
                state.resolver?.resolver.forget()
            }
        default: break
        }
        return recorder.decide(call, slot: slot, answerer: answerer)
    }

    /// Records a call that somebody before this handler answers.
    func note(_ call: ObservedCall) {
        var call = call
        call.root = .own
        recorder(for: call)?.note(call)
    }

    /// Ends the recording.
    ///
    /// - Throws: `ReplayError` where what the program did is not known.
    func finish() throws(ReplayError) -> (observation: Observation, refusals: [Refusal]) {
        let (recorder, refusals) = state.withLock { ($0.recorder, $0.refusals) }
        guard let recorder else {
            throw ReplayError(
                .sandbox, "no call of the program could be observed, so there is nothing to compare",
                remedy: "Look at what it needs with `amber doctor`.")
        }
        guard let observation = recorder.finish() else {
            throw ReplayError(
                .storage, "a file system does not answer, so what the program did cannot be compared",
                remedy: "Find it with `findmnt`, or name another place for caches: XDG_CACHE_HOME=DIR.")
        }
        return (observation, refusals)
    }

    /// The recorder starts with the first call: only then the sandbox's root can be opened.
    private func recorder(for call: ObservedCall) -> Recorder? {
        state.withLock { state in
            if let recorder = state.recorder { return recorder }
            if state.isFailed { return nil }
            do {
                var options = Observation.Options()
                options.keepsPreImages = false
                let observation = Observation(
                    root: try SandboxResolver.openRoot(of: call.threadID), options: options)
                state.resolver = try SandboxResolver(root: call.threadID)
                state.recorder = try Recorder(observation)
            } catch {
                state.isFailed = true
            }
            return state.recorder
        }
    }

    /// What a call fails with whose content the bundle does not hold; nil where it may go on.
    private func refusal(of call: ObservedCall) -> Int32? {
        guard call.isReadable, !call.path.isEmpty else { return nil }
        let raw = PathResolver.join(call.base, call.path)
        return state.withLock { state in
            if let known = state.verdicts[raw] { return known }
            guard let box = state.resolver else { return nil }
            let resolution = box.resolver.resolve(call.path, base: call.base, follow: true)
            var code: Int32?
            if isPlaceholder(resolution) {
                code = denied.contains(resolution.path) ? Errno.accessDenied : Errno.inputOutput
            }
            if code == Errno.inputOutput {
                let refusal = Refusal(subject: resolution.path)
                if !state.refusals.contains(refusal) { state.refusals.append(refusal) }
            }
            if state.verdicts.count > 50_000 { state.verdicts.removeAll(keepingCapacity: true) }
            // What is not there may be there the next time.
            if resolution.status != nil { state.verdicts[raw] = .some(code) }
            return code
        }
    }

    private func isPlaceholder(_ resolution: PathResolver.Resolution) -> Bool {
        guard resolution.status?.isRegular ?? false else { return false }
        let relative = KernelPath(resolution.path.dropFirst())
        guard let listed = try? Files.status(relative, in: placeholders.number), listed.isRegular else {
            return false
        }
        return !sources.contains { exists(in: $0, resolution.path) }
    }

    private func exists(in directory: String, _ path: [UInt8]) -> Bool {
        (try? Files.status(KernelPath(Array(directory.utf8) + path))) != nil
    }
}

extension ObservedCall {
    /// An open that throws the old content away, or cannot read it, needs none.
    fileprivate var isDiscarding: Bool { flags & 0o1000 != 0 && flags & 0o3 != 0 || flags & 0o3 == 1 }
}
