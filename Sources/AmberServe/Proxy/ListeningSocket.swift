import AmberKernel
import NIOCore

/// A socket bound to the address where clients come.
enum ListeningSocket {
    /// Binds; the kernel takes no connection before somebody listens.
    ///
    /// Throws `ServeError` where the address is taken or not this host's.
    static func open(_ address: ServiceAddress) throws -> OwnedDescriptor {
        do {
            let place = try UpstreamPlace(
                NIOCore.SocketAddress.makeAddressResolvingHost(address.hostOrLoopback, port: address.port))
            let socket = try Sockets.make(
                domain: Int32(place.kernelForm[0]), type: Sockets.stream | Sockets.nonBlocking)
            // SOL_SOCKET 1, SO_REUSEADDR 2 (socket(7)): a proxy that restarts finds its own old connections.
            Sockets.setOption(socket.number, level: 1, name: 2, to: 1)
            try Sockets.bind(socket.number, to: place.kernelForm)
            return socket
        } catch {
            throw ServeError(
                "cannot listen on \(address): \(error)",
                remedy: "Choose another --listen, or end what listens there (ss -ltnp).")
        }
    }
}
