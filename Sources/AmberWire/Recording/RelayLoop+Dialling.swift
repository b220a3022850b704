import AmberKernel
import AmberModel

extension RelayLoop {
    /// Takes a call of connect(2): dials its peer, or lets it go on by itself.
    func dial(_ request: RelayRequest) {
        do throws(CallerSocket.Refusal) {
            let caller = try CallerSocket(request.socket, ofProcess: request.processID)
            // A second connect on the same socket asks how the first one goes.
            let transport = caller.transport
            if transport == .udp { return connectDatagrams(request, caller) }
            if names.contains(caller.cookie) || directSockets.contains(caller.cookie) {
                return request.answer(.proceed)
            }
            if transport == .unixDatagram { return noteLocalDatagrams(request, caller) }
            if let obstacle = caller.obstacle(callerID: request.threadID) {
                if obstacle == .otherUser, isMissing(request) { return fail(request, Errno.noEntry) }
                remember(direct: caller.cookie)
                return leaveDirect(request, transport, obstacle)
            }
            dial(request, caller)
        } catch {
            guard let absence = error.absence else { return request.answer(.proceed) }
            leaveDirect(request, request.address.first == 1 ? .unix : .tcp, absence)
        }
    }

    private func dial(_ request: RelayRequest, _ caller: CallerSocket) {
        let (domain, transport) = (caller.domain, caller.transport)
        guard let record = traffic.begin(request, transport) else { return request.answer(.proceed) }
        guard
            let socket = try? Sockets.make(domain: domain, type: Sockets.stream | Sockets.nonBlocking)
        else {
            traffic.change(record) { $0.absence = .overLimit }
            return request.answer(.proceed)
        }
        let peer = SharedDescriptor(socket)
        let dial = Dial(request, caller: caller, peer: peer, record: record, token: makeToken())
        let code = Sockets.connect(peer.number, to: address(request))
        switch code {
        case 0: connect(dial)
        case Errno.inProgress:
            do { try queue.add(peer.number, .writable, token: dial.token) } catch {
                return giveUp(dial, .proceed, .overLimit)
            }
            dials[dial.token] = dial
        // A full queue of a local server: a program that waits is let in by the kernel in time (unix(7)).
        case Errno.again: giveUp(dial, .proceed, .slowPeer)
        default: fail(dial, code)
        }
    }

    /// Nobody sees who connects to a socket that is not there (nscd's, mostly).
    private func isMissing(_ request: RelayRequest) -> Bool {
        guard case .file(let path) = SocketAddress(request.address) else { return false }
        do {
            _ = try Files.status(KernelPath(request.path ?? path))
            return false
        } catch { return error.code == Errno.noEntry }
    }

    private func fail(_ request: RelayRequest, _ code: Int32) {
        if let record = traffic.begin(request, .unix) { traffic.change(record) { $0.error = code } }
        request.answer(.fail(code))
    }

    func address(_ request: RelayRequest) -> [UInt8] {
        guard let path = request.path else { return request.address }
        return [1, 0] + path + [0]
    }

    /// The peer has answered.
    func finish(_ dial: Dial) {
        dials[dial.token] = nil
        queue.remove(dial.peer.number)
        let code = Sockets.connectError(of: dial.peer.number)
        if code == 0 { connect(dial) } else { fail(dial, code) }
    }

    /// Connects the program's own socket to a door.
    private func connect(_ dial: Dial) {
        let socket = dial.caller.descriptor.number
        guard let (address, family) = doors.address(dial.caller.domain, peer: dial.request.address) else {
            return giveUp(dial, .proceed, .unsupported)
        }
        // A caller that died meanwhile has no use for a connection, and its peer none for us.
        guard dial.request.held.isWaiting() else { return giveUp(dial, .proceed, .interrupted) }
        let code = Sockets.connect(socket, to: address)
        guard code == 0 || code == Errno.inProgress else { return giveUp(dial, .proceed, .unsupported) }
        let local = Sockets.localName(of: dial.peer.number) ?? []
        traffic.change(dial.record) { record in
            record.connectedAt = Clock.monotonic()
            record.local = local
        }
        names.set(
            SocketNames.Names(peer: dial.request.address, local: local), for: dial.caller.cookie)
        let port = family == .unix ? 0 : Sockets.localName(of: socket).map { Sockets.port(of: $0) } ?? 0
        pending[Arrival(family: family, port: port), default: []].append(
            Pending(peer: dial.peer, record: dial.record))
        accept(family)
        dial.request.answer(code == 0 ? .value(0) : .fail(code))
    }

    /// The peer cannot be reached: the program learns it as it would have.
    private func fail(_ dial: Dial, _ code: Int32) {
        traffic.change(dial.record) { record in
            record.error = code
            record.connectedAt = Clock.monotonic()
            record.closedAt = record.connectedAt
        }
        let caller = dial.caller.descriptor.number
        // A program that does not wait learns of a refusal when it looks again, not from connect(2).
        if dial.caller.isNonBlocking, code == Errno.connectionRefused, dial.caller.transport == .tcp,
            let closed = doors.closedAddress(dial.caller.domain, peer: dial.request.address)
        {
            let result = Sockets.connect(caller, to: closed)
            return dial.request.answer(.fail(result == 0 ? Errno.inProgress : result))
        }
        dial.request.answer(.fail(code))
    }

    private func giveUp(
        _ dial: Dial, _ answer: HeldCall.Answer, _ absence: ConversationRecord.Absence
    ) {
        traffic.change(dial.record) { $0.absence = absence }
        remember(direct: dial.caller.cookie)
        dial.request.answer(answer)
    }

    func leaveDirect(
        _ request: RelayRequest, _ transport: ConversationRecord.Transport,
        _ absence: ConversationRecord.Absence?
    ) {
        if let record = traffic.begin(request, transport) {
            traffic.change(record) { $0.absence = absence ?? .unsupported }
        }
        request.answer(.proceed)
    }

    /// Looks after the callers that are held.
    func stepDials(at now: Int64) {
        for dial in Array(dials.values) {
            guard let (answer, absence) = dial.step(at: now) else { continue }
            dials[dial.token] = nil
            queue.remove(dial.peer.number)
            giveUp(dial, answer, absence)
        }
    }
}
