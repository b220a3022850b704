import AmberKernel
import NIOCore

/// A socket bound to the address where clients come.
enum ListeningSocket {
    /// Binds; the kernel takes no connection before somebody listens.
    ///
    /// Throws `ServeError` where the address is taken or not this host's.
    static func open(_ address: ServiceAddress) throws -> OwnedDescriptor {
        do {
            let resolved = try NIOCore.SocketAddress.makeAddressResolvingHost(
                address.hostOrLoopback, port: address.port)
            let name = try kernelForm(resolved)
            let socket = try Sockets.make(
                domain: Int32(name[0]), type: Sockets.stream | Sockets.nonBlocking)
            // SOL_SOCKET 1, SO_REUSEADDR 2 (socket(7)): a proxy that restarts finds its own old connections.
            Sockets.setOption(socket.number, level: 1, name: 2, to: 1)
            try Sockets.bind(socket.number, to: name)
            return socket
        } catch {
            throw ServeError(
                "cannot listen on \(address): \(error)",
                remedy: "Choose another --listen, or end what listens there (ss -ltnp).")
        }
    }

    private static func kernelForm(_ address: NIOCore.SocketAddress) throws -> [UInt8] {
        guard let port = address.port else { throw ServeError("no port", remedy: "Write PORT or HOST:PORT.") }
        switch address {
        case .v4:
            var bytes = Sockets.loopback(port: UInt16(clamping: port))
            let parts = (address.ipAddress ?? "127.0.0.1").split(separator: ".").compactMap { UInt8($0) }
            if parts.count == 4 { bytes.replaceSubrange(4..<8, with: parts) }
            return bytes
        default:
            var bytes = Sockets.loopback(port: UInt16(clamping: port), isVersion6: true)
            if address.ipAddress == "::" {
                bytes.replaceSubrange(8..<24, with: [UInt8](repeating: 0, count: 16))
            }
            return bytes
        }
    }
}
