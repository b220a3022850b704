import NIOCore
import NIOPosix

/// Drives one client's connection: reads, asks the machine, does what it says.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let proxy: ProxyContext
    private var machine = ConnectionMachine()
    private var actions: [ConnectionAction] = []
    private var tape: ConnectionTape
    private var client: (any Channel)?
    private var upstream: (any Channel)?
    private var isPerforming = false
    private var isReadingClient = false
    private var isReadingUpstream = false
    private var connectAttempts = 0
    /// The client's stream ends, and not all of it is written.
    private var isEndingClient = false
    /// When the machine's present patience began.
    private var patienceSince = NIODeadline.now()
    private var patience = ConnectionMachine.Patience.none

    init(_ proxy: ProxyContext) {
        self.proxy = proxy
        tape = ConnectionTape(proxy.recorder)
    }

    // MARK: The client's side

    func channelActive(context: ChannelHandlerContext) {
        client = context.channel
        tape.open(context.channel.remoteAddress)
        proxy.didOpen(self, context.channel)
        handle(.none)
        watch(context.eventLoop)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReadingClient = false
        handle(.clientBytes(unwrapInboundIn(data)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReadingClient = false
        readOn()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { handle(.clientEnded) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { readOn() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) {
        client = nil
        handle(.clientGone)
        proxy.didClose(self)
    }

    // MARK: The service's side

    func upstreamRead(_ bytes: ByteBuffer, _ channel: any Channel) {
        guard channel === upstream else { return }
        isReadingUpstream = false
        handle(.upstreamBytes(bytes))
    }

    func upstreamReadComplete(_ channel: any Channel) {
        guard channel === upstream else { return }
        isReadingUpstream = false
        readOn()
    }

    func upstreamEnded(_ channel: any Channel) {
        guard channel === upstream else { return }
        handle(machine.asksWhetherRead && !UpstreamEnd.hasRead(channel) ? .upstreamGone : .upstreamEnded)
    }

    /// Lost by an error; without one, both sides have ended, or nothing more can be written to it.
    func upstreamLost(_ channel: any Channel, _ end: ConnectionEvent?) {
        guard channel === upstream else { return }
        handle(end ?? (machine.hasEndedUpstream ? .upstreamEnded : .upstreamReset))
    }

    /// The proxy ends.
    func closeNow() { client?.close(promise: nil) }

    /// No further request is taken.
    func drain() { handle(.draining) }

    // MARK: Events and actions

    private func handle(_ event: ConnectionEvent?) {
        if let event { machine.on(event, &actions) }
        guard !isPerforming else { return }
        isPerforming = true
        var index = 0
        // Actions may cause events, which append further actions.
        while index < actions.count {
            perform(actions[index])
            index += 1
        }
        actions.removeAll(keepingCapacity: true)
        isPerforming = false
        client?.flush()
        upstream?.flush()
        if machine.patience != patience || machine.isBusy {
            patience = machine.patience
            patienceSince = .now()
        }
        readOn()
    }

    private func perform(_ action: ConnectionAction) {
        switch action {
        case .connect: connect()
        case .sendUpstream(let bytes): upstream?.write(bytes, promise: nil)
        case .endUpstream:
            upstream?.flush()
            upstream?.close(mode: .output, promise: nil)
        case .closeUpstream:
            let channel = upstream
            upstream = nil
            isReadingUpstream = false
            channel?.flush()
            channel?.close(promise: nil)
        case .sendClient(let bytes): client?.write(bytes, promise: nil)
        case .endClient, .closeClient:
            // What the client still sends is read and dropped: an unread byte would reset the connection, and the
            // response with it.
            client?.flush()
            closeOutput()
        case .dropClient: client?.close(promise: nil)
        case .abortClient:
            client.flatMap { LingerOption.reset(on: $0) }
            client?.close(promise: nil)
        case .record(let step): tape.record(step)
        }
    }

    /// Ends the client's stream behind what is written; a slow client may take its time for that.
    private func closeOutput() {
        guard let client else { return }
        let ended = client.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: client.eventLoop)
        isEndingClient = true
        ended.futureResult.whenComplete { _ in
            bound.value.isEndingClient = false
            bound.value.patienceSince = .now()
        }
        client.close(mode: .output, promise: ended)
    }

    private func connect() {
        guard let loop = client?.eventLoop else { return }
        connectAttempts = 0
        connect(on: loop)
    }

    private func connect(on loop: any EventLoop) {
        guard let place = proxy.upstream else { return handle(.upstreamRefused) }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UpstreamConnection(bound.value))
                }
            }
        let connected =
            DirectConnect.socket(to: place.kernelForm).map { bootstrap.withConnectedSocket($0) }
            ?? bootstrap.connect(to: place.address)
        connected.whenComplete { result in bound.value.didConnect(result, loop) }
    }

    private func didConnect(_ result: Result<any Channel, any Error>, _ loop: any EventLoop) {
        switch result {
        case .success(let channel):
            guard client != nil, upstream == nil, case .connecting = machine.upstream else {
                return channel.close(promise: nil)
            }
            upstream = channel
            handle(.upstreamReady)
        case .failure:
            connectAttempts += 1
            guard client != nil, case .connecting = machine.upstream else { return }
            guard connectAttempts < proxy.connectAttempts else { return handle(.upstreamRefused) }
            let bound = NIOLoopBound(self, eventLoop: loop)
            loop.scheduleTask(in: .milliseconds(100)) { bound.value.connect(on: loop) }
        }
    }

    /// Reads where the other side takes what is read.
    private func readOn() {
        guard !isPerforming else { return }
        if let client, !isReadingClient, machine.wantsClientBytes, upstream?.isWritable ?? true {
            isReadingClient = true
            client.read()
        }
        if let upstream, !isReadingUpstream, client?.isWritable ?? true {
            isReadingUpstream = true
            upstream.read()
        }
    }

    /// One timer for each connection, which looks now and then instead of being set for each request.
    private func watch(_ loop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .seconds(1)) {
            let connection = bound.value
            guard connection.client != nil else { return }
            if let limit = connection.proxy.limit(of: connection.patience), !connection.isEndingClient,
                NIODeadline.now() - connection.patienceSince > limit
            {
                connection.handle(.impatient)
            }
            connection.watch(loop)
        }
    }
}
