import AmberModel
import AmberRecipes
import NIOCore
import Synchronization
import Testing

@testable import AmberServe

@Suite struct IncidentTests {
    private static let second: Int64 = 1_000_000_000

    @Test func `one bundle of a failure in its period, another after it`() {
        var policy = IncidentPolicy()
        policy.perSignature = IncidentPolicy.Rate(count: 1, period: 10 * Self.second)
        #expect(policy.decide("a", at: 0) == nil)
        #expect(policy.decide("a", at: 9 * Self.second) == .duplicate)
        #expect(policy.decide("b", at: 9 * Self.second) == nil)
        #expect(policy.decide("a", at: 10 * Self.second) == nil)
    }

    @Test func `so many bundles in all`() {
        var policy = IncidentPolicy()
        policy.all = IncidentPolicy.Rate(count: 2, period: 10 * Self.second)
        #expect(policy.decide("a", at: 0) == nil)
        #expect(policy.decide("b", at: 1) == nil)
        #expect(policy.decide("c", at: 2) == .rate)
        #expect(policy.decide("c", at: 11 * Self.second) == nil)
    }

    @Test func `a bundle that was not written is not counted`() {
        var policy = IncidentPolicy()
        #expect(policy.decide("a", at: 5) == nil)
        policy.forget("a", at: 5)
        #expect(policy.decide("a", at: 6) == nil)
    }

    @Test func `failures that are told apart are bounded`() {
        var policy = IncidentPolicy()
        policy.all = IncidentPolicy.Rate(count: .max, period: Self.second)
        for number in 0..<10_000 { _ = policy.decide("\(number)", at: 0) }
        #expect(policy.decide("9999", at: 1) == .duplicate)
        #expect(policy.decide("0", at: 1) == nil)
    }

    @Test(arguments: [
        ("/orders/17/items?x=1", "/orders/{}/items"), ("/a/b", "/a/b"),
        ("/u/550e8400-e29b-41d4-a716-446655440000", "/u/{}"), ("/v1/x", "/v1/x"),
    ])
    func `a route is a target without ids`(_ target: String, _ route: String) {
        #expect(FailureFingerprint.route(Array(target.utf8)) == route)
    }

    @Test func `statuses, latency, patterns and tokens are reasons`() throws {
        var rules = TriggerRules()
        rules.latency = Self.second
        rules.bodies = [try TextPattern("\"error\":", place: "test")]
        rules.headers = [try TextPattern("X-Fault: {_}", place: "test")]
        rules.token = Array("secret".utf8)
        let request = Array("GET / HTTP/1.1\r\nHost: a\r\nX-Amber-Capture: secret\r\n\r\n".utf8)
        let response = Array("HTTP/1.1 200 OK\r\nX-Fault: 1\r\n\r\n{\"error\": 1}".utf8)
        func names(_ facts: ExchangeFacts, _ request: [UInt8], _ response: [UInt8]) -> [Trigger.Name] {
            rules.reasons(for: facts) { ExchangeBytes(request: request, response: response) }.map(\.name)
        }
        let good = ExchangeFacts(number: 1, ending: .complete, status: 200, waited: 5)
        #expect(names(good, request, response) == [.request, .header, .body])
        let plain = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let fine = Array("HTTP/1.1 200 OK\r\n\r\nerror".utf8)
        #expect(names(good, plain, fine) == [])
        let slow = ExchangeFacts(number: 1, ending: .complete, status: 503, waited: 2 * Self.second)
        #expect(names(slow, plain, fine) == [.status, .latency])
        let broken = ExchangeFacts(number: 1, ending: .serviceReset, status: nil, waited: 5)
        #expect(names(broken, plain, []) == [.reset])
        let left = ExchangeFacts(number: 1, ending: .clientLeft, status: nil, waited: 5 * Self.second)
        #expect(names(left, plain, []) == [])
    }

    /// An exchange that has ended, `after` milliseconds.
    private static func exchange(
        _ number: Int, _ target: String, _ ending: ExchangeEnding, after: Int64 = 0, size: Int = 0
    ) -> Exchange {
        let head = "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n" + String(repeating: "x", count: size)
        let exchange = Exchange(
            number: number, connection: number, connectionRequest: 1, client: "127.0.0.1:9",
            summary: RequestSummary(method: 0..<3, target: 4..<(4 + target.utf8.count), isHead: false),
            outputStart: 0, errorStart: 0)
        exchange.state.withLock { state in
            state.request.appendHead(ByteBuffer(string: head))
            state.ending = ending
            state.status = ending == .complete ? 200 : nil
            state.endedAt = second + after * 1_000_000
        }
        return exchange
    }

    @Test func `all that broke off together is looked at, however much it is`() throws {
        var queue = IncidentQueue()
        for number in 1...100 {
            let broken = Self.exchange(number, "/", .serviceClosed, after: Int64(number))
            _ = queue.push(Incident(exchange: broken, triggers: TriggerRules.breakReasons(of: broken)), at: 0)
        }
        let other = Self.exchange(101, "/", .serviceClosed, after: 400)
        _ = queue.push(Incident(exchange: other, triggers: TriggerRules.breakReasons(of: other)), at: 5)
        let popped = queue.pop()
        let first = try #require(popped)
        let (taken, _) = queue.takeBreaks(with: first)
        #expect(taken.map(\.number) == Array(1...100))
    }

    @Test
    func `a request that was never read is not the culprit, and a new one is before one that went well`() {
        let history = (1...3).map { Self.exchange($0, "/?item=1", .complete) }
        let broken = [
            Self.exchange(4, "/?item=9", .serviceReset), Self.exchange(5, "/?item=1", .serviceClosed),
            Self.exchange(6, "/?item=77", .serviceClosed), Self.exchange(7, "/", .serviceRefused),
        ]
        let choice = CulpritChoice(broken, history: history)
        #expect(choice.suspects == [6, 5])
        #expect(choice.attribution == .likely)
        #expect(Set(choice.ranked.map(\.number)) == [4, 5, 6, 7])
    }

    @Test func `how sure the culprit is`() {
        func attribution(_ broken: [Exchange]) -> OutboundRecord.Attribution? {
            CulpritChoice(broken, history: []).attribution
        }
        let read = Self.exchange(1, "/a", .serviceClosed)
        #expect(attribution([read, Self.exchange(2, "/b", .serviceReset)]) == .certain)
        #expect(attribution([read, Self.exchange(2, "/b", .serviceReset, size: 9000)]) == .shared)
        #expect(attribution([Self.exchange(2, "/b", .serviceRefused)]) == nil)
    }

    @Test func `samples are successes only`() {
        var rules = TriggerRules()
        rules.sampleEvery = 3
        let names = (1...6).map { number in
            rules.reasons(
                for: ExchangeFacts(
                    number: number, ending: .complete, status: number == 6 ? 500 : 200, waited: 1)
            ) { ExchangeBytes(request: [], response: []) }.map(\.name)
        }
        #expect(names == [[], [], [.sample], [], [], [.status]])
    }
}
