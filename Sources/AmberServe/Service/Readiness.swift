import AmberKernel

/// Waits until a service listens.
struct Readiness {
    let address: [UInt8]

    /// Tries to connect until that succeeds; false where `isGone` said so first.
    func wait(_ isGone: () -> Bool) -> Bool {
        while !isGone() {
            if canConnect { return true }
            _ = Poll.sleep(milliseconds: 10)
        }
        return false
    }

    private var canConnect: Bool {
        guard let socket = try? Sockets.make(domain: Int32(address[0]), type: Sockets.stream) else {
            return false
        }
        return Sockets.connect(socket.number, to: address) == 0
    }
}
