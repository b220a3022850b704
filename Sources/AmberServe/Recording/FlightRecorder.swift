import AmberKernel
import NIOCore
import Synchronization

/// The last exchanges, in memory, within bounds: the oldest go first.
package final class FlightRecorder: Sendable {
    /// What is kept.
    package struct Limits: Sendable {
        /// Most exchanges that have ended.
        package var exchanges = 1000
        /// Most bytes of them.
        package var bytes = 32 << 20
        /// Most bytes of one message.
        package var message = 1 << 20

        package init() {}
    }

    private struct State {
        var count = 0
        var connections = 0
        var inFlight: [Int: Exchange] = [:]
        var ended = CircularBuffer<(exchange: Exchange, cost: Int)>()
        var bytes = 0
    }

    /// Told about every exchange that has ended, and every refusal, on the connection's event loop.
    package protocol Observer: AnyObject, Sendable {
        func didEnd(_ exchange: Exchange)
        func didRefuse(_ status: Int, _ reason: String, client: String)
    }

    private let limits: Limits
    private let state = Mutex(State())
    private let positions: @Sendable () -> (output: UInt64, error: UInt64)
    private let observer: any Observer

    /// Makes a recorder; `positions` says how much the service has written to output and error.
    package init(
        _ limits: Limits, observer: any Observer,
        positions: @escaping @Sendable () -> (output: UInt64, error: UInt64)
    ) {
        self.limits = limits
        self.observer = observer
        self.positions = positions
    }

    var messageLimit: Int { limits.message }

    func nextConnection() -> Int {
        state.withLock { state in
            state.connections += 1
            return state.connections
        }
    }

    func begin(
        connection: Int, connectionRequest: Int, client: String, summary: RequestSummary, head: ByteBuffer
    ) -> Exchange {
        let (output, error) = positions()
        return state.withLock { state in
            state.count += 1
            let exchange = Exchange(
                number: state.count, connection: connection, connectionRequest: connectionRequest,
                client: client, summary: summary, outputStart: output, errorStart: error)
            // A head is never cut: method and target are read out of it.
            exchange.state.withLock { $0.request.append(head, limit: .max) }
            state.inFlight[exchange.number] = exchange
            return exchange
        }
    }

    func end(_ exchange: Exchange, _ ending: ExchangeEnding) {
        let (output, error) = positions()
        exchange.state.withLock { state in
            state.ending = ending
            state.endedAt = Clock.monotonic()
            state.outputEnd = output
            state.errorEnd = error
        }
        let cost = exchange.cost
        // Before it leaves the open ones: whoever looks finds it in one place or the other.
        observer.didEnd(exchange)
        state.withLock { state in
            state.inFlight[exchange.number] = nil
            state.ended.append((exchange, cost))
            state.bytes += cost
            while state.ended.count > limits.exchanges || state.bytes > limits.bytes,
                let oldest = state.ended.popFirst()
            {
                state.bytes -= oldest.cost
            }
        }
    }

    func refuse(_ status: Int, _ reason: String, client: String) {
        observer.didRefuse(status, reason, client: client)
    }

    /// Exchanges that are open, oldest first.
    package var inFlight: [Exchange] {
        state.withLock { $0.inFlight.values.sorted { $0.number < $1.number } }
    }

    /// Exchanges that have ended, oldest first.
    package var ended: [Exchange] { state.withLock { $0.ended.map(\.exchange) } }

    /// Requests so far.
    package var requestCount: Int { state.withLock { $0.count } }
}
