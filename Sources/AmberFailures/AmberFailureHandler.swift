public import NIOCore
public import NIOHTTP1

/// A handler for SwiftNIO's HTTP/1.1 servers: stands in front of the service's own handler and tells of its errors.
///
/// An error that travels through the pipeline before a response's head, or one that the service gives to `fail`, stands in the
/// header of the next response with a status of 500 or more.
public final class AmberFailureHandler: ChannelDuplexHandler {
    /// Parts of a request, as they come.
    public typealias InboundIn = HTTPServerRequestPart
    /// Parts of a request, passed on as they came.
    public typealias InboundOut = HTTPServerRequestPart
    /// Parts of a response, as the service writes them.
    public typealias OutboundIn = HTTPServerResponsePart
    /// Parts of a response, with the failure's field where there was one.
    public typealias OutboundOut = HTTPServerResponsePart

    private var id: String?
    private var notes: [String: String] = [:]
    private var failure: (type: String, message: String)?

    /// Makes a handler for one channel.
    public init() {}

    /// Notes something about the present request of this channel; call it on its event loop.
    public func note(_ name: String, _ value: some CustomStringConvertible) {
        if notes.count < 100 { notes[name] = String(value.description.prefix(1000)) }
    }

    /// Tells of an error that belongs to the present request of this channel; call it on its event loop.
    public func fail(_ error: any Error) {
        failure = (String(reflecting: type(of: error)), String(String(describing: error).prefix(2000)))
    }

    /// A request begins: what was told of the last one is forgotten.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            id = head.headers.first(name: "X-Request-Id")
            notes = [:]
            failure = nil
        }
        context.fireChannelRead(data)
    }

    /// Remembers an error on its way.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.fireErrorCaught(error)
    }

    /// Puts the header into the response of a failure.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard FailureText.isActive, case .head(var head) = unwrapOutboundIn(data), head.status.code >= 500,
            let failure,
            let value = FailureText.encode(
                type: failure.type, message: failure.message, id: id, notes: notes)
        else { return context.write(data, promise: promise) }
        head.headers.replaceOrAdd(name: Amber.headerName, value: value)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
