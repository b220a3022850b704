import AmberKernel

/// A connection on this host, made at once: the kernel answers a SYN on loopback before connect(2) returns.
enum DirectConnect {
    /// A connected socket that the caller owns; nil where it takes longer, or fails: then the event loop does it.
    static func socket(to address: [UInt8]) -> Int32? {
        guard address.first == UInt8(Sockets.internet) && address.count > 4 && address[4] == 127,
            let socket = try? Sockets.make(
                domain: Sockets.internet, type: Sockets.stream | Sockets.nonBlocking)
        else { return nil }
        _ = Sockets.connect(socket.number, to: address)
        var items = [Poll.Item(socket.number, isForWriting: true)]
        guard Poll.wait(&items, milliseconds: 0) > 0, Sockets.peerName(of: socket.number) != nil else {
            return nil
        }
        return socket.release()
    }
}
