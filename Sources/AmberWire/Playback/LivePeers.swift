import AmberKernel
import AmberModel

/// Peers that a replay may reach for real, because its user named them; lives on the player's thread.
struct LivePeers: ~Copyable {
    private let keys: Set<[UInt8]>
    private var connections: [UInt64: RelayConnection] = [:]
    /// Nothing of what passes is kept.
    private var traffic: Traffic
    /// How long a peer may take to answer, in milliseconds.
    private static let patience: Int32 = 10_000

    init(_ addresses: [[UInt8]]) throws(SyscallError) {
        keys = Set(addresses.map { PlaybackLibrary.key($0, isDatagram: false) })
        var limits = TrafficLimits()
        limits.conversations = 0
        traffic = Traffic(spool: try TrafficSpool(directory: nil, limits: limits), limits: limits)
    }

    func contains(_ key: [UInt8]) -> Bool { keys.contains(key) }

    /// Dials a peer from this process's own network and joins it with the program's connection.
    mutating func join(
        _ program: SharedDescriptor, _ key: [UInt8], token: UInt64, _ queue: borrowing EventQueue
    ) {
        guard let peer = Self.dial(PlaybackLibrary.address(key)),
            let connection = try? RelayConnection(
                record: -1, token: token, program: program, peer: peer, transport: .tcp, queue: queue)
        else { return Sockets.resetOnClose(program.number) }
        connections[token] = connection
    }

    /// Carries bytes on; false where the event is none of these connections'.
    mutating func handle(_ event: EventQueue.Event, _ queue: borrowing EventQueue) -> Bool {
        let token = event.token & ~3
        guard let connection = connections[token], let side = RelayConnection.Side(rawValue: event.token & 3)
        else { return false }
        if !connection.handle(side, event.readiness, &traffic, queue) { connections[token] = nil }
        return true
    }

    private static func dial(_ address: [UInt8]) -> SharedDescriptor? {
        guard let domain = address.first,
            let socket = try? Sockets.make(domain: Int32(domain), type: Sockets.stream | Sockets.nonBlocking)
        else { return nil }
        let code = Sockets.connect(socket.number, to: address)
        if code == Errno.inProgress {
            var items = [Poll.Item(socket.number, isForWriting: true)]
            guard Poll.wait(&items, milliseconds: patience) > 0, Sockets.connectError(of: socket.number) == 0
            else { return nil }
        } else if code != 0 {
            return nil
        }
        Sockets.setOption(socket.number, level: 6, name: 1, to: 1)  // TCP_NODELAY (tcp(7))
        return SharedDescriptor(socket)
    }
}
