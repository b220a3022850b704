import AmberHTTP
import AmberModel
import NIOCore
import Testing

@testable import AmberServe

/// Events in, actions out: what the proxy decides about a connection.
@Suite struct ConnectionMachineTests {
    /// A machine, and what it wants to be done, as words.
    private struct Proxy {
        var machine = ConnectionMachine()
        var log: [String] = []

        mutating func on(_ event: ConnectionEvent) {
            var actions: [ConnectionAction] = []
            machine.on(event, &actions)
            log += actions.compactMap(Self.text)
        }

        mutating func client(_ text: String) { on(.clientBytes(ByteBuffer(string: text))) }
        mutating func service(_ text: String) { on(.upstreamBytes(ByteBuffer(string: text))) }

        private static func text(_ action: ConnectionAction) -> String? {
            switch action {
            case .connect: "connect"
            case .sendUpstream(let bytes): "> \(String(buffer: bytes))"
            case .endUpstream: "end service"
            case .closeUpstream: "close service"
            case .sendClient(let bytes): "< \(String(buffer: bytes))"
            case .endClient: "end client"
            case .closeClient: "close client"
            case .abortClient: "abort client"
            case .record(.begin): "begin"
            case .record(.finish(let ending)): "finish \(ending.rawValue)"
            case .record(.refused(let status, _)): "refused \(status)"
            case .record(.status(let status)): "status \(status)"
            case .record(.failure(let value)): "failure \(value)"
            case .record(.request), .record(.response): nil
            }
        }
    }

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func `a request is passed on when the service is connected, and its connection serves the next`() {
        var proxy = Proxy()
        proxy.client(Self.get)
        #expect(proxy.log == ["begin", "connect"])
        proxy.on(.upstreamReady)
        proxy.service(Self.ok)
        #expect(
            proxy.log == [
                "begin", "connect", "> \(Self.get)", "status 200",
                "< HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "< ok", "finish complete",
            ])
        proxy.log = []
        proxy.client(Self.get)
        #expect(proxy.log == ["begin", "> \(Self.get)"])
    }

    @Test func `pipelined requests go to the service one after the other`() {
        var proxy = Proxy()
        proxy.client(Self.get + Self.get)
        proxy.on(.upstreamReady)
        #expect(proxy.log.filter { $0.hasPrefix(">") }.count == 1)
        proxy.service(Self.ok)
        #expect(proxy.log.filter { $0.hasPrefix(">") }.count == 2)
        #expect(proxy.log.last == "> \(Self.get)")
    }

    @Test func `a malformed head never reaches the service`() {
        var proxy = Proxy()
        proxy.client("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(proxy.log.first == "refused 400")
        #expect(proxy.log.contains { $0.hasPrefix("< HTTP/1.1 400") })
        #expect(proxy.log.suffix(2) == ["close service", "close client"])
        #expect(!proxy.log.contains { $0.hasPrefix(">") })
    }

    @Test func `malformed chunks end the request and tell the service`() {
        var proxy = Proxy()
        proxy.client("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        proxy.on(.upstreamReady)
        proxy.log = []
        proxy.client("5\r\nhelloX")
        #expect(proxy.log.first == "finish client-left")
        #expect(proxy.log.contains("refused 400"))
        #expect(proxy.log.contains("close service"))
    }

    @Test(arguments: [
        (ConnectionEvent.upstreamEnded, "finish service-closed"), (.upstreamReset, "finish service-reset"),
    ])
    func `a service that gives no answer is a bad gateway`(_ event: ConnectionEvent, _ finish: String) {
        var proxy = Proxy()
        proxy.client(Self.get)
        proxy.on(.upstreamReady)
        proxy.log = []
        proxy.on(event)
        #expect(proxy.log.first?.hasPrefix("< HTTP/1.1 502") == true)
        #expect(proxy.log.suffix(3) == ["close service", finish, "close client"])
    }

    @Test func `a service that stops because its client has ended has not failed`() {
        var proxy = Proxy()
        proxy.client(Self.get)
        proxy.on(.upstreamReady)
        proxy.on(.clientEnded)
        proxy.on(.upstreamEnded)
        #expect(proxy.log.contains("end service"))
        #expect(proxy.log.contains("finish client-left"))
    }

    @Test func `half an answer is never ended as a whole one`() {
        var proxy = Proxy()
        proxy.client(Self.get)
        proxy.on(.upstreamReady)
        proxy.service("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal")
        proxy.log = []
        proxy.on(.upstreamReset)
        #expect(proxy.log == ["close service", "finish service-reset", "abort client"])
    }

    private static let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"

    /// A connection that was used once, and on which this request is on its way.
    private static func used(_ request: String) -> Proxy {
        var proxy = Proxy()
        proxy.client(request)
        proxy.on(.upstreamReady)
        proxy.service(Self.ok)
        proxy.client(request)
        proxy.log = []
        return proxy
    }

    @Test(arguments: [get, post])
    func `a request that came behind the end of an idle connection is sent over another one`(
        _ request: String
    ) {
        var proxy = Self.used(request)
        proxy.on(.upstreamGone)
        #expect(proxy.log == ["close service", "connect"])
        proxy.on(.upstreamReady)
        #expect(proxy.log.last == "> \(request)")
        // Not a second time.
        proxy.log = []
        proxy.on(.upstreamGone)
        #expect(proxy.log.contains("finish service-reset"))
    }

    @Test(arguments: [
        (get, ConnectionEvent.upstreamEnded, false), (get, .upstreamReset, true),
        (post, .upstreamEnded, false),
        (post, .upstreamReset, false),
    ])
    func `a request that was read, or may have been, is repeated only where that changes nothing`(
        _ request: String, _ event: ConnectionEvent, _ isRepeated: Bool
    ) {
        var proxy = Self.used(request)
        proxy.on(event)
        #expect(proxy.log.contains("connect") == isRepeated)
        #expect(proxy.log.contains { $0.hasPrefix("finish") } == !isRepeated)
    }

    @Test func `an upgrade makes a tunnel, and each side's end is passed on`() {
        var proxy = Proxy()
        proxy.client("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        proxy.on(.upstreamReady)
        proxy.service("HTTP/1.1 101 Switching Protocols\r\n\r\nfrom service")
        proxy.client("from client")
        #expect(proxy.log.suffix(2) == ["< from service", "> from client"])
        proxy.on(.upstreamEnded)
        #expect(proxy.log.last == "end client")
        proxy.on(.clientEnded)
        #expect(proxy.log.last == "end service")
    }

    @Test func `an interim response is passed on, and the final one still decides`() {
        var proxy = Proxy()
        proxy.client("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        proxy.on(.upstreamReady)
        proxy.service("HTTP/1.1 100 Continue\r\n\r\n")
        #expect(proxy.log.last == "< HTTP/1.1 100 Continue\r\n\r\n")
        proxy.client("hi")
        proxy.service(Self.ok)
        #expect(proxy.log.contains("status 200"))
        #expect(proxy.log.last == "finish complete")
    }

    @Test func `what the service says to Amber alone does not reach the client`() {
        var proxy = Proxy()
        proxy.client(Self.get)
        proxy.on(.upstreamReady)
        proxy.log = []
        proxy.service("HTTP/1.1 500 No\r\nA: b\r\nX-Amber-failure: e30=\r\nContent-Length: 2\r\n\r\nno")
        #expect(
            proxy.log == [
                "status 500", "failure e30=", "< HTTP/1.1 500 No\r\nA: b\r\n", "< Content-Length: 2\r\n\r\n",
                "< no",
                "finish complete",
            ])
    }

    @Test func `a service that ends each connection does not end the client's`() {
        var proxy = Proxy()
        proxy.client(Self.get)
        proxy.on(.upstreamReady)
        proxy.log = []
        proxy.service("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok")
        #expect(
            proxy.log == [
                "status 200", "< HTTP/1.1 200 OK\r\n", "< Content-Length: 2\r\n\r\n", "< ok",
                "finish complete",
                "close service",
            ])
        proxy.log = []
        proxy.client(Self.get)
        #expect(proxy.log == ["begin", "connect"])
    }

    @Test(arguments: [true, false])
    func `a client whose connection ends with the service's is told so`(_ isDraining: Bool) {
        var proxy = Proxy()
        proxy.client(isDraining ? Self.get : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
        proxy.on(.upstreamReady)
        if isDraining { proxy.on(.draining) }
        let head = "HTTP/1.1 417 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        proxy.service(head)
        #expect(proxy.log.contains("< \(head)"))
        #expect(proxy.log.last == "close client")
    }

    @Test func `a client that asks for the end gets it, with what the service says about it`() {
        var proxy = Proxy()
        proxy.client("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        proxy.on(.upstreamReady)
        proxy.log = []
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
        proxy.service(head + "ok")
        #expect(
            proxy.log == [
                "status 200", "< \(head)", "< ok", "finish complete", "close service", "close client",
            ])
    }

    @Test func `a response that ends with its connection ends the client's too`() {
        var proxy = Proxy()
        proxy.client(Self.get)
        proxy.on(.upstreamReady)
        proxy.service("HTTP/1.1 200 OK\r\n\r\nabc")
        proxy.on(.upstreamEnded)
        #expect(proxy.log.suffix(3).contains("finish complete"))
        #expect(proxy.log.last == "close client")
    }

    @Test func `a client that sends no more still gets its answer`() {
        var proxy = Proxy()
        proxy.client(Self.get)
        proxy.on(.upstreamReady)
        proxy.on(.clientEnded)
        #expect(proxy.log.last == "end service")
        proxy.service(Self.ok)
        #expect(proxy.log.contains("finish complete"))
        #expect(proxy.log.last == "close client")
    }

    @Test func `a client that leaves in the middle ends the service's part`() {
        var proxy = Proxy()
        proxy.client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhal")
        proxy.on(.upstreamReady)
        proxy.log = []
        proxy.on(.clientGone)
        #expect(proxy.log == ["finish client-left", "close service"])
    }

    @Test func `a head that does not come is answered with a time-out, an idle client is let go`() {
        var slow = Proxy()
        slow.client("GET / HT")
        #expect(slow.machine.patience == .head)
        slow.on(.impatient)
        #expect(slow.log.contains { $0.hasPrefix("< HTTP/1.1 408") })
        var idle = Proxy()
        #expect(idle.machine.patience == .idle)
        idle.on(.impatient)
        #expect(idle.log.last == "abort client")
    }

    @Test func `HTTP/2 with prior knowledge passes as it is`() {
        var proxy = Proxy()
        proxy.client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        proxy.on(.upstreamReady)
        #expect(proxy.log == ["connect", "> PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])
    }

    @Test func `an ending proxy closes idle connections at once and busy ones behind their response`() {
        var idle = Proxy()
        idle.on(.draining)
        #expect(idle.log == ["close service", "close client"])
        var busy = Proxy()
        busy.client(Self.get)
        busy.on(.upstreamReady)
        busy.log = []
        busy.on(.draining)
        #expect(busy.log.isEmpty)
        busy.service(Self.ok)
        #expect(busy.log.suffix(2) == ["close service", "close client"])
    }

    @Test(arguments: [1, 2, 5])
    func `messages may arrive in pieces of any size`(_ size: Int) {
        var proxy = Proxy()
        let request = Array(
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
        proxy.on(.clientBytes(ByteBuffer(bytes: request.prefix(1))))
        for start in stride(from: 1, to: request.count, by: size) {
            proxy.on(.clientBytes(ByteBuffer(bytes: request[start..<min(start + size, request.count)])))
            if case .connecting = proxy.machine.upstream { proxy.on(.upstreamReady) }
        }
        let answer = Array(Self.ok.utf8)
        for start in stride(from: 0, to: answer.count, by: size) {
            proxy.on(.upstreamBytes(ByteBuffer(bytes: answer[start..<min(start + size, answer.count)])))
        }
        let sent = proxy.log.filter { $0.hasPrefix("> ") }.map { $0.dropFirst(2) }.joined()
        #expect(Array(sent.utf8) == request)
        #expect(proxy.log.last == "finish complete")
    }

    @Test func `what follows an answer that came before its request was complete opens no other connection`()
    {
        var proxy = Proxy()
        proxy.client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbody")
        proxy.on(.upstreamReady)
        proxy.service("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        proxy.log = []
        proxy.service("HTTP/1.1 408 Request Timeout\r\n")
        #expect(proxy.log == ["finish complete", "close service", "close client"])
        // The rest of the body is no request.
        proxy.client("GET /inside HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(proxy.log.count == 3)
    }

    @Test func `a request that is complete behind its answer leaves its connection to the next`() {
        var proxy = Proxy()
        proxy.client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbody")
        proxy.on(.upstreamReady)
        proxy.service("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        proxy.log = []
        proxy.client("body" + Self.get)
        #expect(proxy.log == ["> body", "finish complete", "begin", "> \(Self.get)"])
    }

    @Test func `a client of HTTP/2 is told by its connection's end that the service takes none`() {
        var proxy = Proxy()
        proxy.client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        #expect(proxy.log == ["connect"])
        proxy.log = []
        proxy.on(.upstreamRefused)
        #expect(proxy.log == ["close service", "abort client"])
        proxy.client("frames")
        #expect(proxy.log.count == 2)
    }
}
