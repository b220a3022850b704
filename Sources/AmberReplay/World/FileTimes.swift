import AmberKernel
import AmberSupervisor
import Synchronization

/// Gives files that a replay writes the times of its clock: the kernel stamps them with the present.
///
/// What was opened for writing is looked at whenever a program begins or ends, so that whoever comes after sees the
/// clock's time. Who asks for the times of what it has just written itself sees the present still: the calls of the stat
/// family are not notified, because a call that waits for the listener may return EINTR (see `WorldPlayer.steer`).
final class FileTimes: Sendable {
    private struct Place: Hashable {
        var path: [UInt8]
        var processID: Int32
    }

    private struct State {
        /// The latest places of processes that live, oldest first.
        var places: [Place] = []
    }

    /// So many places are looked at; older ones have been looked at often enough.
    private static let most = 64
    private let since: Int64
    private let state = Mutex(State())

    /// Shifts times from this instant on, nanoseconds since the epoch.
    init(since: Int64) { self.since = since }

    /// Takes notice of a call before it is carried out.
    func notice(_ call: ObservedCall, _ offset: () -> Int64) {
        switch call.shape.action {
        case .execute: sweep(call, offset())
        case .exit:
            sweep(call, offset())
            state.withLock { state in state.places.removeAll { $0.processID == call.processID } }
        case .open where call.isMutatingOpen: add(call.path, call.base, call)
        case .truncate, .make, .attribute, .remove: add(call.path, call.base, call)
        case .rename, .link, .symlink:
            add(call.path, call.base, call)
            sweep(call, offset())
            add(call.second, call.secondBase, call)
        default: break
        }
    }

    private func add(_ path: [UInt8], _ base: [UInt8], _ call: ObservedCall) {
        let full = path.first == UInt8(ascii: "/") || base.isEmpty ? path : base + [UInt8(ascii: "/")] + path
        guard full.first == UInt8(ascii: "/"), !full.starts(with: "/dev/".utf8),
            !full.starts(with: "/proc/".utf8)
        else { return }
        state.withLock { state in
            // What is made in a directory changes the directory.
            let parent = full.lastIndex(of: UInt8(ascii: "/")).map { Array(full[..<max($0, 1)]) } ?? []
            for path in [parent, full] {
                let place = Place(path: path, processID: call.processID)
                state.places.removeAll { $0.path == path }
                state.places.append(place)
            }
            if state.places.count > Self.most { state.places.removeFirst(state.places.count - Self.most) }
        }
    }

    private func sweep(_ call: ObservedCall, _ offset: Int64) {
        let places = state.withLock { $0.places }
        guard !places.isEmpty,
            let root = try? Files.open(
                KernelPath("/proc/\(call.threadID)/root"), Files.Flag.path | Files.Flag.directory)
        else { return }
        for place in places { Files.shiftTimes(place.path, in: root.number, since: since, by: offset) }
    }
}
