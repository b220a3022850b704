import AmberKernel
import AmberModel

/// What the relay's thread works on: dials that are held, connections that are copied.
final class RelayLoop {
    /// How an accepted connection is told from a stranger's: by the port it comes from; AF_UNIX by its order.
    struct Arrival: Hashable {
        var family: RelayDoors.Family
        var port: UInt16
    }

    /// A connection that the program has made to a door, and that was not accepted yet.
    struct Pending {
        var peer: SharedDescriptor
        var record: Int
    }

    let queue: EventQueue
    let doors: RelayDoors
    let names: SocketNames
    var traffic: Traffic
    var dials: [UInt64: Dial] = [:]
    var pending: [Arrival: [Pending]] = [:]
    var datagrams = DatagramTable()
    var receives: [UInt64: Receive] = [:]
    /// Sockets whose connections stay direct: a second connect(2) asks how the first one goes.
    private(set) var directSockets: Set<UInt64> = []
    private var lookedAt: Int64 = 0
    private var connections: [UInt64: RelayConnection] = [:]
    private var nextToken: UInt64 = 16

    init(
        spool: TrafficSpool, limits: TrafficLimits, names: SocketNames, handshakeSeen: Relay.HandshakeSeen?
    ) throws(SyscallError) {
        let queue = try EventQueue()
        doors = try RelayDoors(queue)
        self.queue = queue
        self.names = names
        traffic = Traffic(spool: spool, limits: limits, handshakeSeen: handshakeSeen)
    }

    /// A token whose lowest two bits are free.
    func makeToken() -> UInt64 {
        nextToken += 4
        return nextToken
    }

    /// True where somebody is held and must not be forgotten.
    var holdsCallers: Bool { !dials.isEmpty || !receives.isEmpty }

    func remember(direct cookie: UInt64) {
        if directSockets.count > 10_000 { directSockets.removeAll() }
        directSockets.insert(cookie)
    }

    /// True where a connection holds bytes that were read and not yet passed on.
    var holdsBytes: Bool { connections.values.contains(where: \.holdsBytes) }

    /// The connections that are open and hold nothing back, for whoever carries them on.
    var openPairs: [(program: Int32, peer: Int32)] {
        connections.values.filter { !$0.holdsBytes }.map(\.numbers)
            + datagrams.all.map { ($0.near.number, $0.far.number) }
    }

    /// Answers everybody who is held.
    func letGo() {
        for dial in dials.values { dial.request.answer(.proceed) }
        for receive in receives.values { receive.request.held.answer(.proceed) }
        dials.removeAll()
        receives.removeAll()
    }

    /// Waits for events and handles them; false where there were none.
    @discardableResult
    func turn(milliseconds: Int32) -> Bool {
        let events = queue.wait(milliseconds: milliseconds)
        for event in events { handle(event) }
        if events.isEmpty { traffic.spool.flush() }
        traffic.prune(at: Clock.monotonic())
        let now = Clock.monotonic()
        if !dials.isEmpty { stepDials(at: now) }
        if now - lookedAt > 50_000_000 {
            lookedAt = now
            stepReceives(at: now)
            pruneDatagrams(at: now)
        }
        return !events.isEmpty
    }

    private func handle(_ event: EventQueue.Event) {
        if let family = RelayDoors.Family(rawValue: event.token) { return accept(family) }
        let token = event.token & ~3
        if let dial = dials[token] { return finish(dial) }
        if receives[token] != nil { return finishReceive(token) }
        if let relay = datagrams[token] {
            return handle(relay, RelayConnection.Side(rawValue: event.token & 3) ?? .program)
        }
        guard let connection = connections[token],
            let side = RelayConnection.Side(rawValue: event.token & 3)
        else { return }
        if !connection.handle(side, event.readiness, &traffic, queue) {
            connections[token] = nil
        }
    }

    /// Accepts what waits at a door; strangers are turned away.
    func accept(_ family: RelayDoors.Family) {
        while let (number, peer) = try? Sockets.accept(doors.number(family)) {
            let program = SharedDescriptor(OwnedDescriptor(adopting: number))
            let arrival = Arrival(family: family, port: family == .unix ? 0 : Sockets.port(of: peer))
            if family == .unix, Sockets.option(number, level: 1, name: 17) != ThisProcess.processID {
                // SO_PEERCRED's first member is the pid of who connected (unix(7)): us, or a stranger.
                continue
            }
            guard var waiting = pending[arrival], let first = waiting.first else { continue }
            waiting.removeFirst()
            pending[arrival] = waiting.isEmpty ? nil : waiting
            begin(program, first)
        }
    }

    private func begin(_ program: SharedDescriptor, _ pending: Pending) {
        let transport = traffic.transport(pending.record)
        if transport == .tcp {
            // What is relayed in two hops must not wait in either (tcp(7), TCP_NODELAY).
            Sockets.setOption(program.number, level: 6, name: 1, to: 1)
            Sockets.setOption(pending.peer.number, level: 6, name: 1, to: 1)
        }
        let token = makeToken()
        guard
            let connection = try? RelayConnection(
                record: pending.record, token: token, program: program, peer: pending.peer,
                transport: transport, queue: queue)
        else { return }
        connections[token] = connection
    }
}
