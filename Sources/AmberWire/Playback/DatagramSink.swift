import AmberKernel

/// Takes AF_UNIX datagrams that nobody could answer, and forgets them.
final class DatagramSink {
    static let token: UInt64 = 2
    private var socket: SharedDescriptor?

    /// Connects a caller's socket here; the answer to its connect(2).
    func connect(
        _ caller: SharedDescriptor, _ sockets: SocketDoor, _ queue: borrowing EventQueue
    ) -> HeldCall.Answer {
        guard let socket = try? open(sockets, queue), let address = Sockets.localName(of: socket.number)
        else {
            return .fail(Errno.connectionRefused)
        }
        let code = Sockets.connect(caller.number, to: address)
        return code == 0 ? .value(0) : .fail(code)
    }

    private func open(
        _ sockets: SocketDoor, _ queue: borrowing EventQueue
    ) throws(SyscallError) -> SharedDescriptor {
        if let socket { return socket }
        let made = SharedDescriptor(
            try sockets.socket(domain: Sockets.unix, type: Sockets.datagram | Sockets.nonBlocking))
        try Sockets.bind(made.number, to: [1, 0])  // a name of the kernel's choice (unix(7), "autobind")
        try queue.add(made.number, .readable, token: Self.token)
        socket = made
        return made
    }

    /// Reads what has come, so that no sender ever waits.
    func empty() {
        guard let socket else { return }
        var byte: [UInt8] = [0]
        while Sockets.receiveFrom(socket.number, into: &byte) != nil {}
    }
}
