package import AmberKernel
import Synchronization

/// Stands between a program and its peers: dials in the program's place, and copies and keeps what both say.
///
/// One thread with one epoll(7) queue. When this process dies, connections that are open end with a reset, and later
/// ones are direct.
package final class Relay: Sendable {
    private struct State {
        var requests: [Task] = []
        var isEnding = false
        var result: Result?
        var snapshots: [SnapshotRequest] = []
        var startedUntil: Int64?

        mutating func takeSnapshots() -> [SnapshotRequest] {
            defer { snapshots = [] }
            return snapshots
        }
    }

    /// Somebody waits for the records as they are now.
    private final class SnapshotRequest: Sendable {
        let done: EventCounter
        let result = Mutex<Result?>(nil)
        init() throws(SyscallError) { done = try EventCounter() }
    }

    /// What the thread is asked for.
    private enum Task {
        case connect(RelayRequest)
        case send(RelayRequest, buffer: (address: UInt64, count: UInt64))
        case receive(ReceiveRequest)

        var held: HeldCall {
            switch self {
            case .connect(let request), .send(let request, _): request.held
            case .receive(let request): request.held
            }
        }
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

    /// What the spool held at one moment: its file is only ever written behind that.
    package final class SpoolHandle: Sendable {
        private let file: SharedDescriptor
        private let length: Int64

        init(_ snapshot: (file: SharedDescriptor, length: Int64)) {
            file = snapshot.file
            length = snapshot.length
        }

        /// A segment's bytes; nil where they could not be kept.
        package func bytes(of segment: TrafficRecord.Segment) -> [UInt8]? {
            if segment.count == 0 { return [] }
            guard segment.offset + Int64(segment.count) <= length else { return nil }
            return try? Files.readBytes(file.number, at: UInt64(segment.offset), count: segment.count)
        }
    }

    /// Told of a process that has the keys of a new TLS session, and of that session's client random; before the peer
    /// gets what the process said last, so that it is likely to wait.
    package typealias HandshakeSeen = @Sendable (_ processID: Int32, _ clientRandom: [UInt8]) -> Void

    /// The names that relayed sockets would have.
    package let names = SocketNames()
    private let directory: String?
    private let limits: TrafficLimits
    private let handshakeSeen: HandshakeSeen?
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
    ///   - handshakeSeen: Called on the relay's thread, which waits: what it does must be short.
    /// - Throws: `SyscallError` where there is no descriptor left.
    package init(
        directory: String?, limits: TrafficLimits = TrafficLimits(), handshakeSeen: HandshakeSeen? = nil
    ) throws(SyscallError) {
        self.directory = directory
        self.handshakeSeen = handshakeSeen
        self.limits = limits
        wake = try EventCounter()
    }

    /// Takes a connect(2) that is held; it is answered from the relay's thread.
    package func connect(_ request: RelayRequest) { take(.connect(request)) }

    /// Takes a sendto(2) with an address, and where its bytes are in the caller's memory.
    package func send(_ request: RelayRequest, buffer: (address: UInt64, count: UInt64)) {
        take(.send(request, buffer: buffer))
    }

    /// Takes a receive on a socket of which `names.relaysDatagrams` is true.
    package func receive(_ request: ReceiveRequest) { take(.receive(request)) }

    private func take(_ task: Task) {
        let hasThread = thread.withLock { thread in
            if thread == nil { thread = try? KernelThread("amber-relay") { self.run() } }
            return thread != nil
        }
        let isTaken = state.withLock { state in
            if state.isEnding || !hasThread { return false }
            state.requests.append(task)
            return true
        }
        if isTaken { wake.signal() } else { task.held.answer(.proceed) }
    }

    /// The records as they are now, while the copying goes on; nil where there was no connection yet.
    package func snapshot() -> Result? {
        guard thread.withLock({ $0 != nil }), let request = try? SnapshotRequest() else {
            return state.withLock { $0.result }
        }
        let ended = state.withLock { state -> Result? in
            if state.result == nil { state.snapshots.append(request) }
            return state.result
        }
        if let ended { return ended }
        wake.signal()
        for _ in 0..<100 {
            var items = [Poll.Item(request.done.descriptor.number)]
            if Poll.wait(&items, milliseconds: 100) > 0 { return request.result.withLock { $0 } }
        }
        return nil
    }

    /// The service is ready: how it started is kept for ever, what follows as the limits say.
    package func markStarted() { state.withLock { $0.startedUntil = Clock.monotonic() } }

    private func serveSnapshots(_ loop: RelayLoop) {
        let (requests, startedUntil) = state.withLock { ($0.takeSnapshots(), $0.startedUntil) }
        if let startedUntil { loop.traffic.startedUntil = startedUntil }
        guard !requests.isEmpty else { return }
        let result = Result(
            records: loop.traffic.records, overflow: loop.traffic.overflow,
            spool: SpoolHandle(loop.traffic.spool.snapshot()))
        for request in requests {
            request.result.withLock { $0 = result }
            request.done.signal()
        }
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
            let loop = try? RelayLoop(
                spool: spool, limits: limits, names: names, handshakeSeen: handshakeSeen)
        else { return runWithout() }
        try? loop.queue.add(wake.descriptor.number, .readable, token: Self.wakeToken)
        while true {
            // Held callers are looked after ten times a second; what is buffered is written when it is quiet.
            loop.turn(milliseconds: loop.holdsCallers ? 100 : 1000)
            let (requests, isEnding) = take()
            for request in requests { Self.begin(request, loop) }
            serveSnapshots(loop)
            if isEnding { break }
        }
        loop.letGo()
        let deadline = Clock.monotonic() + Self.patience
        // What the program's last moments left: the kernel has it, nobody has looked yet.
        while loop.turn(milliseconds: 0) || loop.holdsBytes, Clock.monotonic() < deadline {}
        spool.flush()
        SocketPump.start(loop.openPairs)
        let result = Result(
            records: loop.traffic.records, overflow: loop.traffic.overflow,
            spool: SpoolHandle(spool.snapshot()))
        state.withLock { $0.result = result }
        serveSnapshots(loop)
    }

    private static func begin(_ task: Task, _ loop: RelayLoop) {
        switch task {
        case .connect(let request): loop.dial(request)
        case .send(let request, let buffer): loop.sendDatagram(request, buffer)
        case .receive(let request): loop.receive(request)
        }
    }

    /// Without spool or loopback everything is direct.
    private func runWithout() {
        while true {
            var items = [Poll.Item(wake.descriptor.number)]
            _ = Poll.wait(&items)
            let (requests, isEnding) = take()
            for request in requests { request.held.answer(.proceed) }
            for request in state.withLock({ $0.takeSnapshots() }) { request.done.signal() }
            if isEnding { return }
        }
    }

    private func take() -> ([Task], Bool) {
        state.withLock { state in
            defer { state.requests = [] }
            if !state.requests.isEmpty || state.isEnding || !state.snapshots.isEmpty { wake.drain() }
            return (state.requests, state.isEnding)
        }
    }
}
