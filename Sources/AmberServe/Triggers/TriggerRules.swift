import AmberHTTP
import AmberModel
package import AmberRecipes
import Synchronization

/// Which exchanges are kept. Pure.
package struct TriggerRules: Hashable, Sendable {
    /// Statuses that are failures.
    package var statuses: [ClosedRange<Int>] = [500...599]
    /// Longest time to a response's first byte, nanoseconds; nil for any.
    package var latency: Int64?
    /// What a response's body must not hold.
    package var bodies: [TextPattern] = []
    /// What a response's head must not hold.
    package var headers: [TextPattern] = []
    /// What the service must not write to standard error or output.
    package var logs: [TextPattern] = []
    /// What `X-Amber-Capture` must say for an exchange to be kept; nil for never.
    package var token: [UInt8]?
    /// Every n-th success is kept, for comparison; 0 for none.
    package var sampleEvery = 0
    /// Connections that the service closes or resets without a whole response.
    package var takesResets = true

    package init() {}

    /// Rules that look at the bytes of exchanges, which costs more than numbers do.
    var looksAtBytes: Bool { !bodies.isEmpty || !headers.isEmpty || token != nil }

    /// The reasons to keep an exchange that has ended; empty for most.
    func reasons(for facts: ExchangeFacts, _ bytes: () -> ExchangeBytes) -> [Trigger] {
        var reasons: [Trigger] = []
        if takesResets, let text = Self.text(of: facts.ending) { reasons.append(Trigger(.reset, text)) }
        if let status = facts.status, statuses.contains(where: { $0.contains(status) }) {
            reasons.append(Trigger(.status, "status \(status)"))
        }
        if let type = facts.failureType { reasons.append(Trigger(.failure, type)) }
        if let latency, facts.waited > latency, facts.ending != .clientLeft {
            reasons.append(.slow(latency))
        }
        if looksAtBytes { reasons += reasonsInBytes(bytes()) }
        if reasons.isEmpty, sampleEvery > 0, facts.ending == .complete, facts.number % sampleEvery == 0 {
            reasons.append(Trigger(.sample, "one in \(sampleEvery)"))
        }
        return reasons
    }

    /// The reason to keep an exchange that the service broke off; empty for others.
    static func breakReasons(of exchange: Exchange) -> [Trigger] {
        let ending = exchange.state.withLock { $0.ending }
        return ending.flatMap { text(of: $0) }.map { [Trigger(.reset, $0)] } ?? []
    }

    private static func text(of ending: ExchangeEnding) -> String? {
        switch ending {
        case .serviceClosed: "the service closed the connection without a whole response"
        case .serviceReset: "the service reset the connection"
        case .serviceRefused: "the service took no connection"
        case .malformed: "the service's response is malformed"
        case .timedOut: "no response in time"
        case .complete, .open, .clientLeft: nil
        }
    }

    private func reasonsInBytes(_ bytes: ExchangeBytes) -> [Trigger] {
        var reasons: [Trigger] = []
        if let token, CaptureHeader.holds(token, in: bytes.requestHead) {
            reasons.append(Trigger(.request, "X-Amber-Capture"))
        }
        for pattern in headers where pattern.firstLine(in: bytes.responseHead) != nil {
            reasons.append(Trigger(.header, "header \(pattern.source)", pattern: pattern.source))
        }
        for pattern in bodies where pattern.firstLine(in: bytes.responseBody) != nil {
            reasons.append(Trigger(.body, "body \(pattern.source)", pattern: pattern.source))
        }
        return reasons
    }
}

/// The numbers that rules look at.
struct ExchangeFacts: Hashable {
    var number: Int
    var ending: ExchangeEnding
    var status: Int?
    /// Nanoseconds to the response's first byte, or to the end where none came.
    var waited: Int64
    /// The type of the error that the service told of.
    var failureType: String?
}

/// The bytes that rules look at.
struct ExchangeBytes: Hashable {
    var requestHead: [UInt8]
    var responseHead: [UInt8]
    var responseBody: [UInt8]

    /// Most bytes of a body that are looked at.
    static let mostBody = 256 << 10

    /// Cuts recorded messages.
    init(request: [UInt8], response: [UInt8]) {
        requestHead = Array(request[..<Self.headEnd(request)])
        let end = Self.headEnd(response)
        responseHead = Array(response[..<end])
        responseBody = Array(response[end...].prefix(Self.mostBody))
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int {
        var scanner = HeadScanner()
        return (try? scanner.end(in: bytes.span)) ?? bytes.count
    }
}
