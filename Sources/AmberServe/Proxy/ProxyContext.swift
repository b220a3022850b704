import NIOCore
import Synchronization

/// What all connections of a proxy share.
final class ProxyContext: Sendable {
    private let place = Mutex<UpstreamPlace?>(nil)
    let recorder: FlightRecorder
    let connectAttempts = 10
    private let limits: ProxyLimits
    private let open = Mutex<[ObjectIdentifier: NIOLoopBound<ClientConnection>]>([:])

    init(recorder: FlightRecorder, limits: ProxyLimits) {
        self.recorder = recorder
        self.limits = limits
    }

    /// Where the service listens; nil before that is known, when no client is let in.
    var upstream: UpstreamPlace? {
        get { place.withLock { $0 } }
        set { place.withLock { $0 = newValue } }
    }

    func didOpen(_ connection: ClientConnection, _ channel: any Channel) {
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        open.withLock { $0[ObjectIdentifier(connection)] = bound }
    }

    func didClose(_ connection: ClientConnection) {
        _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Connections that are open.
    var openCount: Int { open.withLock { $0.count } }

    /// Requests that are open.
    var busyCount: Int { recorder.use.inFlight }

    /// Closes what is still open.
    func closeAll() {
        for bound in open.withLock({ Array($0.values) }) {
            bound.eventLoop.execute { bound.value.closeNow() }
        }
    }

    /// Lets every connection end behind its present request.
    func drain() {
        for bound in open.withLock({ Array($0.values) }) {
            bound.eventLoop.execute { bound.value.drain() }
        }
    }

    func limit(of patience: ConnectionMachine.Patience) -> TimeAmount? {
        switch patience {
        case .none: nil
        case .head: limits.head
        case .idle: limits.idle
        case .lingering: .seconds(3)
        }
    }
}

/// How long the proxy waits for clients.
struct ProxyLimits: Sendable {
    /// For the head of a request.
    var head = TimeAmount.seconds(60)
    /// Between two requests.
    var idle = TimeAmount.seconds(300)
}
