package import AmberKernel
import Synchronization

/// Stands for production's peers in a sandbox: answers at their own addresses with what they said.
///
/// One thread; it starts with the first connect of the replay.
package final class Player: Sendable {
    private struct State {
        var requests: [RelayRequest] = []
        var isEnding = false
        var notes: [PlaybackNote] = []
    }

    private let live: [[UInt8]]
    private let makeLibrary: @Sendable () -> PlaybackLibrary
    private let state = Mutex(State())
    private let wake: EventCounter
    private let thread = Mutex<KernelThread?>(nil)
    private static let wakeToken: UInt64 = 1

    /// Makes a player; `makeLibrary` is called on its thread, when something is asked of it.
    ///
    /// Peers of `live`, addresses in the kernel's form, are reached for real.
    ///
    /// - Throws: `SyscallError` where no descriptor is left.
    package init(
        live: [[UInt8]] = [], _ makeLibrary: @escaping @Sendable () -> PlaybackLibrary
    ) throws(SyscallError) {
        self.live = live
        self.makeLibrary = makeLibrary
        wake = try EventCounter()
    }

    /// Takes a connect(2) or an addressed send that is held; it is answered from the player's thread.
    package func connect(_ request: RelayRequest) {
        let hasThread = thread.withLock { thread in
            if thread == nil {
                let processID = request.processID
                thread = try? KernelThread("amber-player") { self.run(processID) }
            }
            return thread != nil
        }
        let isTaken = state.withLock { state in
            guard hasThread, !state.isEnding else { return false }
            state.requests.append(request)
            return true
        }
        if isTaken { wake.signal() } else { request.answer(.fail(Errno.connectionRefused)) }
    }

    /// Ends the playing; what the verdict should tell of it.
    package func finish() -> [PlaybackNote] {
        state.withLock { $0.isEnding = true }
        wake.signal()
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
        return state.withLock { $0.notes }
    }

    private func run(_ processID: Int32) {
        guard let loop = try? PlayerLoop(library: makeLibrary(), live: live, sandboxProcess: processID) else {
            return refuseAll()
        }
        try? loop.queue.add(wake.descriptor.number, .readable, token: Self.wakeToken)
        while true {
            let (requests, isEnding) = take()
            for request in requests { loop.connect(request) }
            if isEnding { break }
            loop.turn()
        }
        state.withLock { $0.notes = loop.notes }
    }

    private func refuseAll() {
        state.withLock {
            $0.notes = [.notRecorded(peer: "every peer", reason: "the sandbox's network cannot be entered")]
        }
        while true {
            let (requests, isEnding) = take()
            for request in requests { request.answer(.fail(Errno.connectionRefused)) }
            if isEnding { return }
            var items = [Poll.Item(wake.descriptor.number)]
            _ = Poll.wait(&items)
        }
    }

    private func take() -> ([RelayRequest], Bool) {
        state.withLock { state in
            defer { state.requests = [] }
            if !state.requests.isEmpty || state.isEnding { wake.drain() }
            return (state.requests, state.isEnding)
        }
    }
}
