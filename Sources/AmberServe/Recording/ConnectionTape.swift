import AmberHTTP
import AmberKernel
import NIOCore
import Synchronization

/// Records the exchanges of one connection, one after the other.
struct ConnectionTape {
    private let recorder: FlightRecorder
    private var connection = 0
    private var requestCount = 0
    private var client = ""
    private var exchange: Exchange?

    init(_ recorder: FlightRecorder) { self.recorder = recorder }

    mutating func open(_ address: NIOCore.SocketAddress?) {
        connection = recorder.nextConnection()
        client = Self.text(of: address)
    }

    mutating func record(_ step: RecordingStep) {
        let limits = recorder.tapeLimits
        switch step {
        case .begin(let head, let summary):
            requestCount += 1
            let exchange = recorder.begin(
                connection: connection, connectionRequest: requestCount, client: client, summary: summary,
                head: head)
            self.exchange = exchange
        case .request(let bytes):
            let spill = recorder.spill
            append(bytes) { $0.request.append(bytes, limits, spill) }
        case .response(let bytes):
            let spill = recorder.spill
            append(bytes) { state in
                if state.answeredAt == nil { state.answeredAt = Clock.monotonic() }
                return state.response.append(bytes, limits, spill)
            }
        case .status(let status): exchange?.state.withLock { $0.status = status }
        case .failure(let value):
            let failure = FailureHeader.decode(value)
            exchange?.state.withLock { $0.failure = failure }
        case .finish(let ending):
            if let exchange { recorder.end(exchange, ending) }
            exchange = nil
        case .refused(let status, let reason):
            recorder.refuse(status, reason, client: client)
        }
    }

    private func append(_ bytes: ByteBuffer, _ body: @Sendable (inout Exchange.State) -> Bool) {
        guard let exchange else { return }
        if bytes.readableBytes > 4096 { recorder.makeRoom() }
        if exchange.state.withLock({ body(&$0) }) { recorder.didCut() }
    }

    private static func text(of address: NIOCore.SocketAddress?) -> String {
        guard let address, let host = address.ipAddress, let port = address.port else { return "unix" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
