import AmberKernel
import AmberModel
import NIOCore
import Synchronization

/// One request and its response, recorded while they pass.
///
/// Written by the connection's event loop, read by whoever seals a bundle: every access takes the lock.
package final class Exchange: Sendable {
    struct State: Sendable {
        var request = MessageTape()
        var response = MessageTape()
        var status: Int?
        /// What the service itself said of a failure.
        var failure: RequestFailure?
        /// CLOCK_MONOTONIC of the response's first byte.
        var answeredAt: Int64?
        var endedAt: Int64?
        var ending: ExchangeEnding?
        var outputEnd: UInt64 = 0
        var errorEnd: UInt64 = 0
        /// A bundle of it was asked for.
        var isOffered = false
    }

    let number: Int
    let connection: Int
    let connectionRequest: Int
    let client: String
    let summary: RequestSummary
    /// Nanoseconds since the epoch.
    let startedAt: Int64
    /// CLOCK_MONOTONIC.
    let beganAt: Int64
    /// Positions of the service's output and error at the start.
    let outputStart: UInt64
    let errorStart: UInt64
    let state = Mutex(State())

    init(
        number: Int, connection: Int, connectionRequest: Int, client: String, summary: RequestSummary,
        outputStart: UInt64, errorStart: UInt64
    ) {
        self.number = number
        self.connection = connection
        self.connectionRequest = connectionRequest
        self.client = client
        self.summary = summary
        self.outputStart = outputStart
        self.errorStart = errorStart
        startedAt = Clock.realtime()
        beganAt = Clock.monotonic()
    }

    /// The method.
    var method: String {
        state.withLock { String(decoding: $0.request.bytes[summary.method], as: UTF8.self) }
    }

    /// The target.
    var target: [UInt8] { state.withLock { Array($0.request.bytes[summary.target]) } }
}
