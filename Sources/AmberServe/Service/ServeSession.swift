import AmberBundle
import AmberCapture
import AmberKernel
import AmberModel
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// One run of `amber serve`: all its parts, and how they come and go.
final class ServeSession: Sendable {
    let configuration: ServeConfiguration
    /// The service; nil where it runs elsewhere.
    let process: ServiceCapture?
    let source: any ServiceSource
    let facts: ServiceFacts
    private let places: [UpstreamPlace]
    let metrics = ServeMetrics()
    let watch: TrafficWatch
    let recorder: FlightRecorder
    let context: ProxyContext
    /// The service has ended.
    let ended: Latch
    private let group: MultiThreadedEventLoopGroup
    private let manager = ServiceManager()
    private let log: Logger
    private let stopping = Atomic(false)

    init(
        _ configuration: ServeConfiguration, process: ServiceCapture?, source: any ServiceSource
    ) throws {
        self.configuration = configuration
        self.process = process
        self.source = source
        log = configuration.logger
        ended = try Latch()
        watch = TrafficWatch(configuration.triggers, metrics)
        recorder = try FlightRecorder(configuration.recorder, observer: watch) {
            (source.position(of: 1), source.position(of: 2))
        }
        facts = ServiceFacts(
            name: Self.name(configuration), upstream: "\(configuration.upstream)",
            listen: configuration.listen.description, healthPath: configuration.healthPath)
        places = try UpstreamPlace.candidates(configuration.upstream)
        context = ProxyContext(recorder: recorder, limits: ProxyLimits())
        group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    }

    /// Runs until the service has ended, or is told to end; blocks the calling thread.
    func run(listener: consuming OwnedDescriptor) throws -> Outcome {
        let shelf = BundleShelf(directory: configuration.outputDirectory, quota: configuration.quota)
        let maker = BundleMaker(source, facts, directory: shelf.directory, recorder: recorder)
        let sealer = try Sealer(maker, shelf: shelf, recorder: recorder, policy: configuration.policy) {
            [metrics, log] result in
            metrics.note(result)
            Self.tell(result, log)
        }
        watch.start(sealer)
        let server = try ProxyServer.start(listener: listener, context, group: group)
        let page = try configuration.metrics.map { address in
            try MetricsPage.bind(address, group: group) { self.metricsText() }
        }
        let lifecycle = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: Lifecycle.Metrics(channel: page)),
                    .init(service: Lifecycle.Sealing(sealer: sealer)),
                    .init(
                        service: Lifecycle.Process(session: self),
                        successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: Lifecycle.Proxy(
                            server: server, context: context, grace: configuration.grace)),
                ], logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
        let isOver = try Latch()
        Task.detached {
            try? await lifecycle.run()
            isOver.open()
        }
        let logs = try LogWatch(source, recorder, configuration.triggers, watch)
        let looking = try KernelThread("amber-logs") { logs.run() }
        let waiting = try KernelThread("amber-ready") { self.awaitReady(server) }
        let outcome = try awaitEnd { Task.detached { await lifecycle.triggerGracefulShutdown() } }
        let endedAt = Clock.monotonic()
        ended.open()
        isOver.waitBlocking()
        logs.end()
        looking.join()
        waiting.join()
        // A service that failed by itself is worth a bundle, whether a request was open or not.
        if process != nil, !outcome.isSuccess, !stopping.load(ordering: .relaxed) {
            log.warning("the service ended: \(outcome)")
            sealer.sealEnd(at: endedAt)
        }
        process?.close()
        try? group.syncShutdownGracefully()
        return outcome
    }

    /// Sends SIGTERM to the service, if it still runs.
    func endService() {
        stopping.store(true, ordering: .relaxed)
        watch.stop()
        guard let process else { return ended.open() }
        guard !ended.isOpen else { return }
        Signals.send(Signals.terminate, to: process.processID)
    }

    /// Waits for the service's end; SIGTERM and SIGINT end it in good order, a second one at once.
    private func awaitEnd(_ shutDown: @escaping () -> Void) throws -> Outcome {
        let isStop: (Int32) -> Bool = { [self] signal in
            guard signal == Signals.terminate || signal == Signals.interrupt else { return false }
            guard !stopping.exchange(true, ordering: .relaxed) else { return false }
            manager.say("STOPPING=1\nSTATUS=Waiting for open requests.")
            log.info("ending: open requests may take \(configuration.grace.components.seconds) s more")
            watch.stop()
            shutDown()
            return true
        }
        if let process { return try process.run(isStop) }
        let signals = try Signals.descriptor(1 << 14 | 1 << 1)
        while true {
            var items = [Poll.Item(signals.number)]
            _ = Poll.wait(&items)
            while let arrival = Signals.next(from: signals.number) {
                if !isStop(arrival.number) { return .exited(code: 0) }
                ended.waitBlocking(
                    milliseconds: Int32(clamping: configuration.grace.components.seconds * 1000 + 1000))
                return .exited(code: 0)
            }
        }
    }

    private static func tell(_ result: SealingResult, _ log: Logger) {
        switch result {
        case .sealed(let path, let title, let size, let duration):
            log.notice(
                "\(title): sealed",
                metadata: [
                    "bundle": "\(path)", "bytes": "\(size)", "milliseconds": "\(duration / 1_000_000)",
                ])
        case .dropped(let reason, let title):
            log.debug(
                "no bundle: \(reason.rawValue)", metadata: title.isEmpty ? [:] : ["request": "\(title)"])
        case .failed(let text): log.error("\(text)")
        case .removed(let path): log.info("removed to stay within the quota", metadata: ["bundle": "\(path)"])
        }
    }

    private func metricsText() -> String {
        metrics.set("amber_connections", context.openCount)
        metrics.set("amber_service_ready", facts.readyAfter == nil ? 0 : 1)
        let use = recorder.use
        metrics.set("amber_requests_in_flight", use.inFlight)
        metrics.set("amber_recorder_exchanges", use.ended)
        metrics.set("amber_recorder_bytes", use.bytes)
        metrics.set("amber_recorder_spilled_bytes", use.spilled)
        return metrics.registry.text
    }

    private func awaitReady(_ server: any Channel) {
        let readiness = Readiness(
            address: configuration.upstream, places: places, healthPath: configuration.healthPath,
            deadline: configuration.readyTimeout)
        switch readiness.wait(warn: { log.warning("\($0)") }, isGone: { ended.isOpen }) {
        case .ready(let place):
            facts.upstream = place.text
            context.upstream = place
            facts.readyAfter = Clock.realtime() - (process?.startedAt ?? Clock.realtime())
            source.markReady()
            server.setOption(.autoRead, value: true).whenComplete { _ in }
            log.info("the service is ready; listening on \(configuration.listen)")
            manager.say("READY=1\nSTATUS=Listening on \(configuration.listen).")
        case .gone: break
        case .late:
            log.error("the service does not listen on \(configuration.upstream); ending it")
            if let process { Signals.send(Signals.terminate, to: process.processID) }
        }
    }

    private static func name(_ configuration: ServeConfiguration) -> String {
        guard !configuration.isAttached else { return "attached-\(configuration.upstream.port)" }
        let program = configuration.capture.arguments.first?.bytes ?? []
        let name = program[((program.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
        return String(ByteString(Array(name)).description.prefix(100))
    }
}
