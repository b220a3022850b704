import AmberHTTP
import NIOCore
import NIOPosix

/// Serves one page over HTTP/1.1, whatever the path: for Prometheus, and for people with curl.
final class MetricsPage: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: @Sendable () -> String
    private var inbox = ByteBuffer()
    private var scanner = HeadScanner()

    init(_ text: @escaping @Sendable () -> String) { self.text = text }

    /// Listens.
    static func bind(
        _ address: ServiceAddress, group: any EventLoopGroup, _ text: @escaping @Sendable () -> String
    ) throws -> any Channel {
        try ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(MetricsPage(text))
                }
            }
            .bind(host: address.hostOrLoopback, port: address.port).wait()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        inbox.writeBuffer(&bytes)
        do throws(HTTPFault) {
            guard try scanner.end(in: inbox.readableBytesUInt8Span) != nil else { return }
            let body = text()
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            answer(ByteBuffer(string: head + body), context)
        } catch {
            answer(OwnAnswer.bytes(error.status, error.reason), context)
        }
    }

    private func answer(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
