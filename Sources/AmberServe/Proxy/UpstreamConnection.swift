import AmberKernel
import NIOCore
import NIOPosix

/// Tells a client's connection what happens on the one to the service.
final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let owner: ClientConnection
    private var end: ConnectionEvent?

    init(_ owner: ClientConnection) { self.owner = owner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        owner.upstreamRead(unwrapInboundIn(data), context.channel)
    }

    func channelReadComplete(context: ChannelHandlerContext) { owner.upstreamReadComplete(context.channel) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { owner.upstreamEnded(context.channel) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        owner.upstreamReadComplete(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset behind the end (EPIPE instead of ECONNRESET: Linux, tcp_reset) answers what came after it.
        end = (error as? IOError)?.errnoCode == Errno.brokenPipe ? .upstreamGone : .upstreamReset
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        owner.upstreamLost(context.channel, end)
    }
}
