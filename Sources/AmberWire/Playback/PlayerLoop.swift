import AmberKernel
import AmberModel

/// What the player's thread works on: the recorded peers' sockets in the sandbox, and the connections to them.
final class PlayerLoop {
    /// A socket that stands for a peer.
    struct Door {
        var socket: SharedDescriptor
        var peer: [UInt8]
        var isDatagram: Bool
    }

    let queue: EventQueue
    let library: PlaybackLibrary
    private(set) var notes: [PlaybackNote] = []
    private let sockets: SocketDoor
    private var doors: [UInt64: Door] = [:]
    private var doorTokens: [[UInt8]: UInt64] = [:]
    private var unixDoor: SharedDescriptor?
    private let sink = DatagramSink()
    private var connections: [UInt64: PlayerConnection] = [:]
    private var datagramPlayers: [[UInt8]: ConversationPlayer] = [:]
    /// Connections that fill a queue so that nobody is answered.
    private var silences: [SharedDescriptor] = []
    private var live: LivePeers
    private var nextToken: UInt64 = 16
    private static let mostNotes = 1000
    /// So long the program says nothing until its turn is taken for complete, in nanoseconds.
    private static let quietTime: Int64 = 30_000_000

    init(library: PlaybackLibrary, live: [[UInt8]], sandboxProcess: Int32) throws(SyscallError) {
        self.live = try LivePeers(live)
        queue = try EventQueue()
        sockets = try SocketDoor(into: sandboxProcess)
        self.library = library
    }

    private func makeToken() -> UInt64 {
        nextToken += 4  // the lowest bits tell a live connection's sides apart
        return nextToken
    }

    func note(_ note: PlaybackNote) {
        if notes.count < Self.mostNotes, !notes.contains(note) { notes.append(note) }
    }

    /// Waits for events and handles them.
    func turn() {
        let isWaiting = connections.values.contains { $0.waitsForQuiet }
        for event in queue.wait(milliseconds: isWaiting ? 10 : 1000) {
            if event.token == DatagramSink.token { sink.empty() }
            if live.handle(event, queue) { continue }
            if let door = doors[event.token] {
                if door.isDatagram { answerDatagrams(door) } else { accept(door) }
            } else if let connection = connections[event.token] {
                handle(connection, event.readiness)
            }
        }
        if isWaiting { noticeQuiet(Clock.monotonic()) }
    }

    // MARK: - Connecting

    /// Takes a connect(2) or an addressed send of the sandbox.
    func connect(_ request: RelayRequest) {
        let caller: CallerSocket
        do throws(CallerSocket.Refusal) {
            caller = try CallerSocket(request.socket, ofProcess: request.processID)
        } catch { return request.answer(.proceed) }
        let isDatagram = caller.transport == .udp || caller.transport == .unixDatagram
        let key = PlaybackLibrary.key(request.address, isDatagram: isDatagram)
        if isDatagram, doorTokens[key] != nil { return request.answer(.proceed) }
        if caller.transport == .tcp, live.contains(key) {
            note(.live(peer: name(request.address)))
            return accept(request, caller, key, isDatagram)
        }
        switch library.connect(key) {
        case nil:
            note(.notRecorded(peer: name(request.address), reason: "production never asked for it"))
            request.answer(.fail(Errno.connectionRefused))
        case .accept: accept(request, caller, key, isDatagram)
        // A datagram is refused by nobody being there.
        case .fail where isDatagram: request.answer(.proceed)
        case .fail(let name): request.answer(.fail(Errno.code(named: name) ?? Errno.connectionRefused))
        case .silence: beSilent(request, caller, key)
        case .notRecorded(let reason):
            note(.notRecorded(peer: name(request.address), reason: reason))
            request.answer(.fail(Errno.connectionRefused))
        }
    }

    private func name(_ address: [UInt8]) -> String { SocketAddress(address)?.description ?? "a peer" }

    private func accept(_ request: RelayRequest, _ caller: CallerSocket, _ key: [UInt8], _ isDatagram: Bool) {
        if caller.domain == Sockets.unix { return acceptUnix(request, caller, key) }
        do {
            if doorTokens[key] == nil { try open(key, isDatagram: isDatagram) }
            request.answer(.proceed)
        } catch {
            note(.notRecorded(peer: name(request.address), reason: "\(error)"))
            request.answer(.fail(Errno.connectionRefused))
        }
    }

    /// Opens a peer's own address; every address is local in the sandbox.
    private func open(_ key: [UInt8], isDatagram: Bool) throws(SyscallError) {
        let address = PlaybackLibrary.address(key)
        let type = (isDatagram ? Sockets.datagram : Sockets.stream) | Sockets.nonBlocking
        let socket = SharedDescriptor(try sockets.socket(domain: Int32(address[0]), type: type))
        Sockets.setOption(socket.number, level: 1, name: 2, to: 1)  // SO_REUSEADDR
        try Sockets.bind(socket.number, to: address)
        if !isDatagram { try Sockets.listen(socket.number) }
        let token = makeToken()
        try queue.add(socket.number, .readable, token: token)
        doors[token] = Door(socket: socket, peer: key, isDatagram: isDatagram)
        doorTokens[key] = token
    }

    /// A socket in the file system cannot be opened in the sandbox: the program's own is connected to an abstract one.
    private func acceptUnix(_ request: RelayRequest, _ caller: CallerSocket, _ key: [UInt8]) {
        if caller.transport == .unixDatagram {
            // Nobody could answer what the program sends there.
            return request.answer(
                request.payload.map { .value(Int64(clamping: $0)) }
                    ?? sink.connect(caller.descriptor, sockets, queue))
        }
        guard caller.transport == .unix, let door = try? makeUnixDoor(),
            let address = Sockets.localName(of: door.number),
            Sockets.connect(caller.descriptor.number, to: address) == 0,
            let (number, _) = try? Sockets.accept(door.number)
        else {
            note(.notRecorded(peer: name(request.address), reason: "its socket cannot be played back"))
            return request.answer(.fail(Errno.connectionRefused))
        }
        begin(SharedDescriptor(OwnedDescriptor(adopting: number)), key)
        request.answer(.value(0))
    }

    private func makeUnixDoor() throws(SyscallError) -> SharedDescriptor {
        if let unixDoor { return unixDoor }
        let socket = SharedDescriptor(
            try sockets.socket(domain: Sockets.unix, type: Sockets.stream | Sockets.nonBlocking))
        try Sockets.bind(socket.number, to: [1, 0])
        try Sockets.listen(socket.number)
        unixDoor = socket
        return socket
    }

    /// Nobody answers: the peer's queue is full, and the kernel drops what comes (tcp(7), listen(2)).
    private func beSilent(_ request: RelayRequest, _ caller: CallerSocket, _ key: [UInt8]) {
        guard caller.transport == .tcp, doorTokens[key] == nil else {
            return request.answer(.fail(Errno.timedOut))
        }
        let address = PlaybackLibrary.address(key)
        do {
            let door = SharedDescriptor(
                try sockets.socket(domain: Int32(address[0]), type: Sockets.stream | Sockets.nonBlocking))
            try Sockets.bind(door.number, to: address)
            try Sockets.listen(door.number, backlog: 0)
            silences.append(door)
            for _ in 0..<2 {
                let filler = SharedDescriptor(
                    try sockets.socket(domain: Int32(address[0]), type: Sockets.stream | Sockets.nonBlocking))
                _ = Sockets.connect(filler.number, to: address)
                silences.append(filler)
            }
        } catch {}  // it is silent already
        request.answer(.proceed)
    }

    // MARK: - Talking

    private func accept(_ door: Door) {
        while let (number, _) = try? Sockets.accept(door.socket.number) {
            let socket = SharedDescriptor(OwnedDescriptor(adopting: number))
            Sockets.setOption(number, level: 6, name: 1, to: 1)
            if live.contains(door.peer) {
                live.join(socket, door.peer, token: makeToken(), queue)
            } else {
                begin(socket, door.peer)
            }
        }
    }

    private func begin(_ socket: SharedDescriptor, _ key: [UInt8]) {
        let token = makeToken()
        let name = name(PlaybackLibrary.address(key))
        let (connection, actions) = library.withBook(key) { book in
            var player = ConversationPlayer(peer: name, isDatagram: false, book: &book)
            let actions = player.opened(&book)
            return (
                PlayerConnection(socket: socket, peer: key, name: name, token: token, player: player), actions
            )
        }
        guard (try? queue.add(socket.number, .readable, token: token)) != nil else { return }
        if connection.perform(actions, queue, note) { connections[token] = connection }
    }

    private func handle(_ connection: PlayerConnection, _ readiness: EventQueue.Readiness) {
        if readiness.contains(.writable) || connection.isHeard, !connection.flush(queue) {
            return close(connection)
        }
        if connection.isHeard {
            if connection.closesAfterwards, !connection.hasPending { close(connection) }
            return
        }
        guard !readiness.isDisjoint(with: [.readable, .hungUp, .failed]) else { return }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = bytes.withUnsafeMutableBytes { Sockets.receive(connection.socket.number, into: $0) }
        if count == -Int(Errno.again) || count == -Int(Errno.interrupted) { return }
        guard count >= 0 else { return close(connection) }
        let actions = connection.answer(count == 0 ? nil : Array(bytes[..<count]), library)
        connection.spokeAt = Clock.monotonic()
        if !connection.perform(actions, queue, note) { return close(connection) }
        // After its end the program may still read; nothing more comes from it.
        if count == 0, !actions.contains(where: { if case .send = $0 { true } else { false } }) {
            connection.closesAfterwards = true
            if !connection.hasPending { close(connection) }
        }
    }

    private func noticeQuiet(_ now: Int64) {
        for connection in Array(connections.values)
        where connection.waitsForQuiet && now - connection.spokeAt > Self.quietTime {
            let actions = connection.quiet(library)
            if !connection.perform(actions, queue, note) { close(connection) }
        }
    }

    private func close(_ connection: PlayerConnection) {
        queue.remove(connection.socket.number)
        connections[connection.token] = nil
    }

    private func answerDatagrams(_ door: Door) {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while let (count, sender) = Sockets.receiveFrom(door.socket.number, into: &bytes) {
            let name = name(PlaybackLibrary.address(door.peer))
            let actions = library.withBook(door.peer) { book in
                let known = datagramPlayers[sender + door.peer]
                var player = known ?? ConversationPlayer(peer: name, isDatagram: true, book: &book)
                let actions = player.received(Array(bytes[..<count]), &book)
                if datagramPlayers.count > 10_000 { datagramPlayers.removeAll() }
                datagramPlayers[sender + door.peer] = player
                return actions
            }
            for action in actions {
                switch action {
                case .send(let answer): Sockets.send(door.socket.number, answer, to: sender)
                case .note(let text): note(text)
                case .end, .cut, .reset, .decrypt: break
                }
            }
        }
    }
}
