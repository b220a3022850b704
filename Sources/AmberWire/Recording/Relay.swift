package import AmberKernel
import Synchronization

/// Stands between a program and its peers: dials in the program's place, and copies and keeps what both say.
///
/// One thread with one epoll(7) queue. When this process dies, connections that are open end with a reset, and later
/// ones are direct.
package final class Relay: Sendable {
    private struct State {
        var requests: [RelayRequest] = []
        var isEnding = false
        var result: Result?
    }

    /// What is left when the relay has ended.
    package struct Result: Sendable {
        /// The conversations, in the order in which they began.
        package var records: [TrafficRecord]
        /// How many more there were.
        package var overflow: Int
        /// Where their bytes are; nobody writes to it any more.
        package var spool: SpoolHandle
    }

    /// The spool after the relay's thread has ended.
    package final class SpoolHandle: @unchecked Sendable {  // the thread that wrote to it was joined
        private let spool: TrafficSpool
        init(_ spool: TrafficSpool) { self.spool = spool }

        /// A segment's bytes; nil where they could not be kept.
        package func bytes(of segment: TrafficRecord.Segment) -> [UInt8]? { spool.bytes(of: segment) }
    }

    /// The names that relayed sockets would have.
    package let names = SocketNames()
    private let directory: String?
    private let limits: TrafficLimits
    private let state = Mutex(State())
    private let wake: EventCounter
    private let thread = Mutex<KernelThread?>(nil)
    private static let wakeToken: UInt64 = 8
    /// How long a slow reader may hold up the end, in nanoseconds; its connection is reset then.
    private static let patience: Int64 = 2_000_000_000

    /// Makes a relay; its thread starts with the first connection, so that programs without any pay nothing.
    ///
    /// - Parameters:
    ///   - directory: Where the spool goes; nil for memory.
    ///   - limits: How much is kept.
    /// - Throws: `SyscallError` where there is no descriptor left.
    package init(directory: String?, limits: TrafficLimits = TrafficLimits()) throws(SyscallError) {
        self.directory = directory
        self.limits = limits
        wake = try EventCounter()
    }

    /// Takes a call that is held; it is answered from the relay's thread.
    package func connect(_ request: RelayRequest) {
        let hasThread = thread.withLock { thread in
            if thread == nil { thread = try? KernelThread("amber-relay") { self.run() } }
            return thread != nil
        }
        let isTaken = state.withLock { state in
            if state.isEnding || !hasThread { return false }
            state.requests.append(request)
            return true
        }
        if isTaken { wake.signal() } else { request.answer(.proceed) }
    }

    /// Ends the copying and gives the records away; nil where there was no connection, or no way to record one.
    ///
    /// Connections that processes of the run still hold are carried on by a child that lives as long as they do.
    package func finish() -> Result? {
        state.withLock { $0.isEnding = true }
        wake.signal()
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
        return state.withLock { $0.result }
    }

    private func run() {
        guard let spool = try? TrafficSpool(directory: directory, limits: limits),
            let loop = try? RelayLoop(spool: spool, limits: limits, names: names)
        else { return runWithout() }
        try? loop.queue.add(wake.descriptor.number, .readable, token: Self.wakeToken)
        while true {
            // Held callers are looked after ten times a second; what is buffered is written when it is quiet.
            loop.turn(milliseconds: loop.holdsCallers ? 100 : 1000)
            let (requests, isEnding) = take()
            for request in requests { loop.dial(request) }
            if isEnding { break }
        }
        for dial in loop.dials.values { dial.request.answer(.proceed) }
        loop.dials.removeAll()
        let deadline = Clock.monotonic() + Self.patience
        // What the program's last moments left: the kernel has it, nobody has looked yet.
        while loop.turn(milliseconds: 0) || loop.holdsBytes, Clock.monotonic() < deadline {}
        spool.flush()
        SocketPump.start(loop.openPairs)
        let result = Result(
            records: loop.traffic.records, overflow: loop.traffic.overflow, spool: SpoolHandle(spool))
        state.withLock { $0.result = result }
    }

    /// Without spool or loopback everything is direct.
    private func runWithout() {
        while true {
            var items = [Poll.Item(wake.descriptor.number)]
            _ = Poll.wait(&items)
            let (requests, isEnding) = take()
            for request in requests { request.answer(.proceed) }
            if isEnding { return }
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
