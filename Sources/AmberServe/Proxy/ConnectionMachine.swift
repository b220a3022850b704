import AmberHTTP
import AmberModel
import NIOCore

/// Everything the proxy decides about one client's connection and the connection to the service behind it.
///
/// Bytes are passed on as they are: the machine only finds where messages begin and end. Requests of one client go to
/// the service one after the other over one connection, which is made anew where the service closes it.
struct ConnectionMachine {
    enum Request {
        /// Between requests, or in the middle of a head.
        case head(HeadScanner)
        case body(BodyFramer)
        /// The request is with the service.
        case sent
        case tunnel
        /// Nothing more is taken from this client.
        case over
    }

    enum Response {
        case none
        case head(HeadScanner)
        case body(BodyFramer)
        /// It was complete before the request was.
        case early
        case tunnel
    }

    enum Upstream {
        case none
        case connecting
        /// Requests that were sent over this connection.
        case open(Int)
    }

    var request = Request.head(HeadScanner())
    var response = Response.none
    var upstream = Upstream.none
    /// What came from the client and was not looked at, or not understood yet.
    var inbox = ByteBuffer()
    /// The beginning of a response's head.
    var responseInbox = ByteBuffer()
    /// What waits for the connection to the service.
    var outbox = ByteBuffer()
    var current: RequestHead?
    var hasClientEnded = false
    var hasEndedUpstream = false
    var isDraining = false
    /// Bytes of the present request, while it could be sent once more over another connection.
    var repeatable: ByteBuffer?
    var responseCloses = false
    /// The service ends its connection behind the response, the client's goes on.
    var keepsClientOpen = false
    var hasResponseBytes = false

    /// Most bytes of a request that is repeated.
    static let mostRepeated = 64 << 10

    /// Reading from the client makes sense now.
    var wantsClientBytes: Bool {
        switch request {
        case .head: response.isNone && inbox.readableBytes <= HeadScanner.largestHead
        case .body, .tunnel: outbox.readableBytes < 256 << 10
        // One read ahead, so that a client's end is seen; more would be kept for nothing.
        case .sent: inbox.readableBytes == 0
        case .over: true
        }
    }

    /// A request is open.
    var isBusy: Bool { current != nil }

    /// It matters, and can be told, whether the service had read a request before it ended the connection: once both
    /// sides have ended, the kernel calls the connection closed either way.
    var asksWhetherRead: Bool {
        guard case .head = response else { return false }
        return !hasEndedUpstream
    }

    /// What the driver's clock is for.
    var patience: Patience {
        switch request {
        case .head where response.isNone: inbox.readableBytes == 0 ? .idle : .head
        case .over: .lingering
        default: .none
        }
    }

    enum Patience {
        case none
        case idle
        case head
        case lingering
    }

    /// Takes an event and appends what is to be done.
    mutating func on(_ event: ConnectionEvent, _ actions: inout [ConnectionAction]) {
        switch event {
        case .clientBytes(var bytes): takeClientBytes(&bytes, &actions)
        case .clientEnded: takeClientEnd(&actions)
        case .clientGone: takeClientLoss(&actions)
        case .upstreamReady: takeReady(&actions)
        case .upstreamRefused: failUpstream(.serviceRefused, &actions)
        case .upstreamBytes(var bytes): takeUpstreamBytes(&bytes, &actions)
        case .upstreamEnded: takeUpstreamEnd(.serviceClosed, &actions)
        case .upstreamReset: takeUpstreamEnd(.serviceReset, &actions)
        case .upstreamGone: takeUpstreamEnd(.serviceReset, wasUnread: true, &actions)
        case .impatient: takeImpatience(&actions)
        case .draining: drain(&actions)
        }
    }

    private mutating func takeImpatience(_ actions: inout [ConnectionAction]) {
        switch patience {
        case .none: break
        case .head:
            refuse(HTTPFault(408, "the request's head did not come in time"), &actions)
        case .idle, .lingering:
            request = .over
            actions.append(.closeUpstream)
            actions.append(.abortClient)
        }
    }

    private mutating func drain(_ actions: inout [ConnectionAction]) {
        isDraining = true
        guard !isBusy, case .head = request, inbox.readableBytes == 0 else { return }
        request = .over
        actions.append(.closeUpstream)
        actions.append(.closeClient)
    }

    /// Answers a malformed request, and takes nothing more from this client.
    mutating func refuse(_ fault: HTTPFault, _ actions: inout [ConnectionAction]) {
        actions.append(.record(.refused(fault.status, fault.reason)))
        actions.append(.sendClient(OwnAnswer.bytes(fault.status, fault.reason)))
        actions.append(.closeUpstream)
        actions.append(.closeClient)
        upstream = .none
        request = .over
        inbox.clear()
    }

    /// The service gave no whole answer.
    mutating func failUpstream(_ ending: ExchangeEnding, _ actions: inout [ConnectionAction]) {
        upstream = .none
        outbox.clear()
        if case .tunnel = request, !isBusy {
            // HTTP/2 has no words that are ours to say, and what the client sends next belongs behind its preface.
            request = .over
            actions += [.closeUpstream, .abortClient]
        }
        guard isBusy else { return }
        let hasBegun: Bool
        if case .head = response { hasBegun = false } else { hasBegun = true }
        let answer = OwnAnswer.bytes(502, Self.text(of: ending))
        if !hasBegun, !hasResponseBytes { actions.append(.sendClient(answer)) }
        actions.append(.closeUpstream)
        finish(ending, &actions)
        actions.append(hasBegun || hasResponseBytes ? .abortClient : .closeClient)
        request = .over
    }

    private static func text(of ending: ExchangeEnding) -> String {
        switch ending {
        case .serviceRefused: "the service takes no connection"
        case .serviceReset: "the service reset the connection"
        case .malformed: "the service's response is malformed"
        default: "the service closed the connection without a response"
        }
    }

    /// The exchange is over; its record is complete.
    mutating func finish(_ ending: ExchangeEnding, _ actions: inout [ConnectionAction]) {
        guard isBusy else { return }
        current = nil
        repeatable = nil
        response = .none
        responseInbox.clear()
        actions.append(.record(.finish(ending)))
    }
}

extension ConnectionMachine.Response {
    var isNone: Bool { if case .none = self { true } else { false } }
}
