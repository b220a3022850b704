import AmberKernel

/// Tells systemd, or whoever set NOTIFY_SOCKET, how it goes (sd_notify(3)).
struct ServiceManager: Sendable {
    private let address: [UInt8]?

    /// Reads NOTIFY_SOCKET.
    init() {
        guard let path = ThisProcess.variable("NOTIFY_SOCKET"), path.hasPrefix("/") || path.hasPrefix("@")
        else {
            address = nil
            return
        }
        // An abstract name begins with NUL (unix(7)).
        let name = path.hasPrefix("@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
        address = name.count <= 107 ? [UInt8(Sockets.unix), 0] + name : nil
    }

    /// Sends lines like `READY=1`; nobody listening is nobody's concern.
    func say(_ text: String) {
        guard let address, let socket = try? Sockets.make(domain: Sockets.unix, type: Sockets.datagram),
            Sockets.connect(socket.number, to: address) == 0
        else { return }
        try? Files.writeAll(socket.number, Array(text.utf8))
    }
}
