import AmberKernel
import NIOCore
import Synchronization

/// The last exchanges, in memory and on disk within bounds: the oldest go first.
package final class FlightRecorder: Sendable {
    /// What is kept.
    package struct Limits: Sendable {
        /// Most exchanges that have ended.
        package var exchanges = 1000
        /// Most bytes of them in memory.
        package var bytes = 32 << 20
        /// Most bytes of one message in memory.
        package var message = 256 << 10
        /// Most bytes of one message on disk.
        package var spilledMessage = 256 << 20
        /// Most bytes on disk.
        package var spilled = 1 << 30
        /// Where long messages go, as nameless files; nil for nowhere.
        package var spillDirectory: String?

        package init() {}
    }

    /// How full it is.
    struct Use: Hashable {
        var inFlight: Int
        var ended: Int
        var bytes: Int
        var spilled: Int
    }

    private struct State {
        var count = 0
        var connections = 0
        var inFlight: [Int: Exchange] = [:]
        var ended = CircularBuffer<(exchange: Exchange, cost: Int)>()
        var bytes = 0

        mutating func dropOldest() -> Bool {
            guard let oldest = ended.popFirst() else { return false }
            bytes -= oldest.cost
            return true
        }
    }

    /// Told about every exchange that has ended, and every refusal, on the connection's event loop.
    package protocol Observer: AnyObject, Sendable {
        func didEnd(_ exchange: Exchange)
        func didRefuse(_ status: Int, _ reason: String, client: String)
        func didCut()
    }

    private let limits: Limits
    private let state = Mutex(State())
    private let positions: @Sendable () -> (output: UInt64, error: UInt64)
    private let observer: any Observer
    let spill: SpillWriter

    /// Makes a recorder; `positions` says how much the service has written to output and error.
    package init(
        _ limits: Limits, observer: any Observer,
        positions: @escaping @Sendable () -> (output: UInt64, error: UInt64)
    ) throws {
        self.limits = limits
        self.observer = observer
        self.positions = positions
        spill = try SpillWriter(directory: limits.spillDirectory, limit: limits.spilled)
    }

    var tapeLimits: MessageTape.Limits {
        MessageTape.Limits(memory: limits.message, message: limits.spilledMessage)
    }

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
            exchange.state.withLock { $0.request.appendHead(head) }
            state.inFlight[exchange.number] = exchange
            return exchange
        }
    }

    func end(_ exchange: Exchange, _ ending: ExchangeEnding) {
        let (output, error) = positions()
        let cost = exchange.state.withLock { state in
            state.ending = ending
            state.endedAt = Clock.monotonic()
            state.outputEnd = output
            state.errorEnd = error
            return state.request.bytes.count + state.response.bytes.count + 512
        }
        // Before it leaves the open ones: whoever looks finds it in one place or the other.
        observer.didEnd(exchange)
        state.withLock { state in
            state.inFlight[exchange.number] = nil
            state.ended.append((exchange, cost))
            state.bytes += cost
            while state.ended.count > limits.exchanges || state.bytes > limits.bytes {
                guard state.dropOldest() else { break }
            }
        }
    }

    /// A message did not fit: exchanges that have ended go before one that is open is cut.
    func makeRoom() {
        while spill.bytes * 10 > limits.spilled * 9 {
            guard state.withLock({ $0.dropOldest() }) else { return }
        }
    }

    func didCut() { observer.didCut() }

    func refuse(_ status: Int, _ reason: String, client: String) {
        observer.didRefuse(status, reason, client: client)
    }

    /// Exchanges that are open, oldest first.
    package var inFlight: [Exchange] {
        state.withLock { $0.inFlight.values.sorted { $0.number < $1.number } }
    }

    /// Exchanges that have ended, oldest first.
    package var ended: [Exchange] { state.withLock { $0.ended.map(\.exchange) } }

    var use: Use {
        state.withLock {
            Use(inFlight: $0.inFlight.count, ended: $0.ended.count, bytes: $0.bytes, spilled: spill.bytes)
        }
    }
}
