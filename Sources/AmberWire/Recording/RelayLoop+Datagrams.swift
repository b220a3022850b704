import AmberKernel
import AmberModel

extension RelayLoop {
    /// Relays are looked after when this much time has passed without a datagram, in nanoseconds.
    private static let idleTime: Int64 = 2_000_000_000

    /// Takes a connect(2) of a datagram socket.
    func connectDatagrams(_ request: RelayRequest, _ caller: CallerSocket) {
        let socket = caller.descriptor.number
        if datagrams.hasRelay(caller.cookie) {
            // It has another peer from now on; loopback, which it has now, is no way to that (connect(2), AF_UNSPEC).
            _ = Sockets.connect(socket, to: [UInt8](repeating: 0, count: 16))
            datagrams.forgetConnection(caller.cookie)
        } else if let obstacle = caller.obstacle(callerID: request.threadID) {
            return leaveDirect(request, .udp, obstacle)
        }
        guard Self.isUnicast(request.address) else { return leaveDirect(request, .udp, .unsupported) }
        guard let record = traffic.begin(request, .udp) else { return request.answer(.proceed) }
        guard let far = try? Sockets.make(domain: caller.domain, type: Sockets.datagram | Sockets.nonBlocking)
        else { return leave(record, request, .overLimit) }
        let code = Sockets.connect(far.number, to: request.address)
        guard code == 0 else {
            traffic.change(record) { $0.error = code }
            return request.answer(.fail(code))
        }
        guard let near = try? nearSocket(caller.domain, request.address),
            let address = Self.nearAddress(near, caller.domain, request.address),
            Sockets.connect(socket, to: address) == 0, let program = Sockets.localName(of: socket)
        else { return leave(record, request, .unsupported) }
        begin(request, caller, record, near, SharedDescriptor(far), program, isConnection: true)
        request.answer(.value(0))
    }

    /// Takes a sendto(2) with an address.
    func sendDatagram(_ request: RelayRequest, _ buffer: (address: UInt64, count: UInt64)) {
        guard let caller = try? CallerSocket(request.socket, ofProcess: request.processID) else {
            return request.answer(.proceed)
        }
        if caller.transport == .unixDatagram { return noteLocalDatagrams(request, caller) }
        guard caller.transport == .udp, buffer.count <= 65_535 else { return request.answer(.proceed) }
        let relay: DatagramRelay
        if let known = datagrams.relay(caller.cookie, to: request.address) {
            relay = known
        } else {
            // The peer would see another port than the one that the program chose.
            if !datagrams.hasRelay(caller.cookie),
                let obstacle = caller.obstacle(callerID: request.threadID)
            {
                if !directSockets.contains(caller.cookie) {
                    remember(direct: caller.cookie)
                    return leaveDirect(request, .udp, obstacle)
                }
                return request.answer(.proceed)
            }
            guard Self.isUnicast(request.address), let made = makeSender(request, caller) else {
                return request.answer(.proceed)
            }
            relay = made
        }
        let bytes =
            buffer.count == 0
            ? [] : ProcessMemory.read(request.threadID, buffer.address, count: Int(buffer.count))
        guard let bytes, bytes.count == Int(buffer.count) else { return request.answer(.proceed) }
        let count = bytes.withUnsafeBytes { Sockets.send(relay.far.number, $0) }
        guard count >= 0 else { return request.answer(.fail(Int32(-count))) }
        relay.usedAt = Clock.monotonic()
        bytes.withUnsafeBytes { traffic.note($0, .sent, relay.record) }
        request.answer(.value(Int64(count)))
    }

    private func makeSender(_ request: RelayRequest, _ caller: CallerSocket) -> DatagramRelay? {
        let socket = caller.descriptor.number
        guard
            let far = try? Sockets.make(domain: caller.domain, type: Sockets.datagram | Sockets.nonBlocking),
            Sockets.connect(far.number, to: request.address) == 0,
            let near = try? nearSocket(caller.domain, request.address)
        else { return nil }
        if Sockets.localName(of: socket).map({ Sockets.port(of: $0) }) == 0 {
            // As the first send would (ip(7), "autobind"): a port of the kernel's choice, every address.
            var any = [UInt8](repeating: 0, count: caller.domain == Sockets.internet ? 16 : 28)
            any[0] = UInt8(caller.domain)
            guard (try? Sockets.bind(socket, to: any)) != nil else { return nil }
        }
        guard let name = Sockets.localName(of: socket), let record = traffic.begin(request, .udp) else {
            return nil
        }
        let isVersion6 = caller.domain == Sockets.internet6 && !RelayDoors.isMapped(request.address)
        let program = Sockets.loopback(port: Sockets.port(of: name), isVersion6: isVersion6)
        return begin(request, caller, record, near, SharedDescriptor(far), program, isConnection: false)
    }

    @discardableResult
    private func begin(
        _ request: RelayRequest, _ caller: CallerSocket, _ record: Int, _ near: SharedDescriptor,
        _ far: SharedDescriptor, _ program: [UInt8], isConnection: Bool
    ) -> DatagramRelay {
        let now = Clock.monotonic()
        // Nobody else on this machine has a say here.
        _ = Sockets.connect(near.number, to: program)
        let relay = DatagramRelay(
            record: record, token: makeToken(), peer: request.address,
            caller: (request.processID, request.socket, caller.cookie), near: near, far: far,
            program: program,
            at: now)
        try? queue.add(near.number, .readable, token: relay.token | RelayConnection.Side.program.rawValue)
        try? queue.add(far.number, .readable, token: relay.token | RelayConnection.Side.peer.rawValue)
        let local = Sockets.localName(of: far.number) ?? []
        traffic.change(record) { record in
            record.connectedAt = now
            record.local = local
        }
        if isConnection {
            names.set(SocketNames.Names(peer: request.address, local: local), for: caller.cookie)
        }
        names.noteDatagrams(caller.cookie)
        datagrams.add(
            relay, port: Sockets.localName(of: near.number).map { Sockets.port(of: $0) } ?? 0, isConnection)
        return relay
    }

    private func nearSocket(_ domain: Int32, _ peer: [UInt8]) throws(SyscallError) -> SharedDescriptor {
        let isVersion6 = domain == Sockets.internet6 && !RelayDoors.isMapped(peer)
        let socket = SharedDescriptor(
            try Sockets.make(
                domain: isVersion6 ? Sockets.internet6 : Sockets.internet,
                type: Sockets.datagram | Sockets.nonBlocking))
        try Sockets.bind(socket.number, to: Sockets.loopback(port: 0, isVersion6: isVersion6))
        return socket
    }

    private static func nearAddress(_ near: SharedDescriptor, _ domain: Int32, _ peer: [UInt8]) -> [UInt8]? {
        guard let name = Sockets.localName(of: near.number) else { return nil }
        return domain == Sockets.internet6 && RelayDoors.isMapped(peer)
            ? RelayDoors.mapped(Sockets.port(of: name)) : name
    }

    private func leave(_ record: Int, _ request: RelayRequest, _ absence: ConversationRecord.Absence) {
        traffic.change(record) { $0.absence = absence }
        request.answer(.proceed)
    }

    /// Multicast and broadcast have no one peer (RFC 5771, RFC 4291 section 2.7).
    private static func isUnicast(_ address: [UInt8]) -> Bool {
        if address.first == 2, address.count >= 8 { return address[4] < 224 }
        return address.first == 10 && address.count >= 24 && address[8] != 0xFF
    }

    /// Carries datagrams on; a peer's refusal is passed on to the program's own socket.
    func handle(_ relay: DatagramRelay, _ side: RelayConnection.Side) {
        let code = relay.copy(side, &traffic)
        guard code != 0 else { return }
        traffic.end(.received, .reset, relay.record)
        traffic.change(relay.record) { record in
            if record.receivedBytes == 0 { record.error = code }
        }
        end(relay)
        relay.close()
        guard let socket = try? Sockets.take(relay.caller.number, ofProcess: relay.caller.processID),
            Sockets.cookie(of: socket.number) == relay.caller.cookie,
            let near = Sockets.peerName(of: socket.number)
        else { return }
        // The near socket is closed: what is sent there comes back as the refusal that the peer gave (udp(7)).
        Sockets.send(socket.number, [], to: near)
    }

    func end(_ relay: DatagramRelay) {
        queue.remove(relay.near.number)
        queue.remove(relay.far.number)
        traffic.close(relay.record)
        datagrams.remove(relay)
    }

    /// Lets relays go whose program has closed its socket.
    func pruneDatagrams(at now: Int64) {
        let idle = datagrams.all.filter { now - $0.usedAt > Self.idleTime }
        guard !idle.isEmpty else { return }
        let ports = UDPPorts.bound()
        for relay in idle {
            relay.usedAt = now
            if !ports.contains(Sockets.port(of: relay.program)) { end(relay) }
        }
    }
}
