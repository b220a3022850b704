import AmberKernel
import NIOCore
import NIOPosix

/// The listening side of the proxy.
enum ProxyServer {
    /// Takes a bound socket over; clients wait until `autoRead` is set on the channel.
    static func start(
        listener: consuming OwnedDescriptor, _ context: ProxyContext, group: any EventLoopGroup
    ) throws -> any Channel {
        try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.autoRead, value: false)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ClientConnection(context))
                }
            }
            .withBoundSocket(listener.release())
            .wait()
    }
}
