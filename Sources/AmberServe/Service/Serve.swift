import AmberCapture
import AmberKernel
package import AmberModel
import NIOCore
import NIOPosix
import Synchronization

/// Runs a service behind a recording proxy, and seals a bundle for each request that fails.
package enum Serve {
    /// Runs until the service has ended. Blocks the calling thread, which must be the only one so far.
    ///
    /// `say` is told in words what happens. Throws `CaptureError` or `ServeError` where the service was not started.
    package static func run(
        _ configuration: ServeConfiguration, say: @escaping @Sendable (String) -> Void
    ) throws -> Outcome {
        let service = try ServiceCapture.start(configuration.capture)
        let watch = TrafficWatch(configuration.triggers)
        let recorder = FlightRecorder(configuration.recorder, observer: watch) {
            (service.position(of: 1), service.position(of: 2))
        }
        let upstream = try SocketAddress.makeAddressResolvingHost(
            configuration.upstream.hostOrLoopback, port: configuration.upstream.port)
        let facts = ServiceFacts(
            name: Self.name(configuration.capture), upstream: configuration.upstream.description,
            listen: configuration.listen.description, healthPath: configuration.healthPath)
        try Files.makeDirectories(configuration.outputDirectory, mode: 0o700)
        let sealer = try Sealer(service, facts, directory: configuration.outputDirectory, recorder: recorder)
        {
            switch $0 {
            case .sealed(let path, let title): say("\(title): \(path)")
            case .failed(let text): say(text)
            case .dropped(let reason): say("a failing request was not kept: \(reason.rawValue)")
            }
        }
        watch.start(sealer)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let context = ProxyContext(upstream: upstream, recorder: recorder, limits: ProxyLimits())
        let server: any Channel
        do {
            server = try ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
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
                .bind(host: configuration.listen.hostOrLoopback, port: configuration.listen.port)
                .wait()
        } catch {
            Signals.send(Signals.terminate, to: service.processID)
            throw ServeError(
                "cannot listen on \(configuration.listen): \(error)",
                remedy: "Choose another port, or end what listens there (ss -ltnp).")
        }
        let isGone = Atomic(false)
        let readiness = Readiness(
            address: Sockets.loopback(
                port: UInt16(configuration.upstream.port),
                isVersion6: configuration.upstream.hostOrLoopback.contains(":")))
        let waiter = try KernelThread("amber-ready") {
            guard readiness.wait({ isGone.load(ordering: .relaxed) }) else { return }
            facts.readyAfter = Clock.realtime() - service.startedAt
            server.setOption(.autoRead, value: true).whenComplete { _ in }
            say("the service is ready; listening on \(configuration.listen)")
        }
        let outcome = try service.run { _ in false }
        isGone.store(true, ordering: .relaxed)
        waiter.join()
        try? server.close().wait()
        sealer.finish()
        service.close()
        try? group.syncShutdownGracefully()
        return outcome
    }

    private static func name(_ configuration: CaptureConfiguration) -> String {
        let program = configuration.arguments.first?.bytes ?? []
        let name = program[((program.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
        return String(ByteString(Array(name)).description.prefix(100))
    }
}
