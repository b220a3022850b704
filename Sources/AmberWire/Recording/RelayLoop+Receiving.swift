import AmberKernel

extension RelayLoop {
    /// A receive that waits for a datagram.
    struct Receive {
        var request: ReceiveRequest
        var deadline: Int64?
        var refreshedAt: Int64
    }

    private static let doNotWait: Int32 = 0x40
    private static let errorQueue: Int32 = 0x2000
    private static let peek: Int32 = 2
    private static let truncated: Int32 = 0x20

    /// Takes a receive: it is answered when a datagram is there.
    func receive(_ request: ReceiveRequest) {
        if request.flags & Self.errorQueue != 0 || attempt(request) {
            if request.flags & Self.errorQueue != 0 { request.held.answer(.proceed) }
            return
        }
        if request.flags & Self.doNotWait != 0 || Files.isNonBlocking(request.socket.number) {
            return request.held.answer(.fail(Errno.again))
        }
        let now = Clock.monotonic()
        let timeout = Sockets.receiveTimeout(of: request.socket.number) * 1_000_000
        let token = makeToken()
        do { try queue.add(request.socket.number, .readable, token: token) } catch {
            return request.held.answer(.proceed)
        }
        receives[token] = Receive(
            request: request, deadline: timeout > 0 ? now + timeout : nil, refreshedAt: now)
    }

    /// A datagram, or an error, has come for one that waits.
    func finishReceive(_ token: UInt64) {
        guard let receive = receives[token], attempt(receive.request) else { return }
        queue.remove(receive.request.socket.number)
        receives[token] = nil
    }

    /// Looks after receives that wait.
    func stepReceives(at now: Int64) {
        for (token, receive) in receives {
            let request = receive.request
            if let deadline = receive.deadline, now >= deadline {
                request.held.answer(.fail(Errno.again))
            } else if ProcessFacts.hasSignalToTake(request.threadID) || !request.held.isWaiting() {
                // Its own call takes the signal, as it would have without us.
                request.held.answer(.proceed)
            } else {
                if now - receive.refreshedAt > 500_000_000 {
                    request.held.refresh()
                    receives[token]?.refreshedAt = now
                }
                continue
            }
            queue.remove(request.socket.number)
            receives[token] = nil
        }
    }

    /// Receives in the caller's place; false where nothing is there.
    private func attempt(_ request: ReceiveRequest) -> Bool {
        guard let place = DatagramPlace(request) else {
            request.held.answer(.proceed)
            return true
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let flags = request.flags & Self.peek | Self.doNotWait
        let (count, sender) = Sockets.receiveFrom(request.socket.number, into: &bytes, flags: flags)
        if count == -Int(Errno.again) { return false }
        guard count >= 0 else {
            request.held.answer(.fail(Int32(-count)))
            return true
        }
        let peer = datagrams.peer(ofPort: Sockets.port(of: sender)) ?? sender
        let wasCut = count > place.capacity
        guard place.put(bytes[..<min(count, place.capacity)], from: peer, flags: wasCut ? Self.truncated : 0)
        else {
            request.held.answer(.fail(Errno.fault))
            return true
        }
        let wantsLength = request.flags & Self.truncated != 0
        let result = place.isMany ? 1 : Int64(wantsLength ? count : min(count, place.capacity))
        request.held.answer(.value(result))
        return true
    }
}
