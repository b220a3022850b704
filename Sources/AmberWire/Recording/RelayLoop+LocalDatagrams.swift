import AmberKernel
import AmberModel

extension RelayLoop {
    /// Takes a connect(2) or a sendto(2) of an AF_UNIX datagram socket, and lets it go its own way.
    ///
    /// A receiver may look at who sends (SCM_CREDENTIALS: journald, systemd's NotifyAccess=), so nobody stands between.
    /// A socket without a name cannot be answered (unix(7)): there is nothing to record but that the peer was there.
    func noteLocalDatagrams(_ request: RelayRequest, _ caller: CallerSocket) {
        let isKnown = directSockets.contains(caller.cookie)
        if isKnown, request.isSend { return request.answer(.proceed) }
        remember(direct: caller.cookie)
        if caller.isBound { return leaveDirect(request, .unixDatagram, .boundSocket) }
        guard let record = traffic.begin(request, .unixDatagram) else { return request.answer(.proceed) }
        let error = probe(request)
        traffic.change(record) { record in
            record.error = error
            record.isOneWay = error == 0
            record.connectedAt = Clock.monotonic()
            record.closedAt = record.connectedAt
        }
        request.answer(.proceed)
    }

    /// The errno that the kernel is about to give to the caller; 0 for none, or where another user asks.
    private func probe(_ request: RelayRequest) -> Int32 {
        guard let ids = ProcessFacts.effectiveIDs(of: request.threadID), ids.user == ThisProcess.userID,
            let socket = try? Sockets.make(
                domain: Sockets.unix, type: Sockets.datagram | Sockets.nonBlocking)
        else { return 0 }
        return Sockets.connect(socket.number, to: address(request))
    }
}
