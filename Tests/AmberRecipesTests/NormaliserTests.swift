import AmberRecipes
import Testing

@Suite struct NormaliserTests {
    static let cases: [(String, String, [String])] = [
        ("at 2026-11-23T01:02:03.456Z done", "at <time> done", ["timestamp"]),
        ("at 2026-11-23T01:02:03+01:00", "at <time>", ["timestamp"]),
        ("2026-11-23 01:02:03,456 x", "<time> x", ["timestamp"]),
        ("2026/11/23 01:02:03 x", "<time> x", ["timestamp"]),
        ("Nov 23 01:02:03 host x", "<time> host x", ["timestamp"]),
        ("Nov  3 01:02:03 host x", "<time> host x", ["timestamp"]),
        ("Mon, 23 Nov 2026 01:02:03 GMT", "<time>", ["timestamp"]),
        ("Mon Nov 23 01:02:03 2026", "<time>", ["timestamp"]),
        ("[23/Nov/2026:01:02:03 +0000]", "[<time>]", ["timestamp"]),
        ("pid 4711, PID=12", "pid <pid>, pid <pid>", ["process-id"]),
        ("sshd[811]: x", "sshd[<pid>]: x", ["process-id"]),
        ("<Foo object at 0x7f00dead>", "<Foo object at <address>>", ["address"]),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id <uuid>", ["uuid"]),
        ("sha256:\(String(repeating: "ab", count: 32))", "sha256:<digest>", ["digest"]),
        ("/tmp/tmpab12cd34/x /tmp/foo.AbC123", "/tmp/<temporary>/x /tmp/foo.<temporary>", ["temporary-name"]),
        ("/tmp/tmp.AbCdEf1234", "/tmp/<temporary>", ["temporary-name"]),
        ("took 1.234s, 350ms, 2.5 seconds", "took <duration>, <duration>, <duration>", ["duration"]),
        ("copied, 0.00033084 s, 198 MB/s", "copied, <duration>, <rate> MB/s", ["duration", "rate"]),
        ("40A7C9E37B7F0000:error:0A000126:SSL routines", "<thread>:error:0A000126:SSL routines", ["thread"]),
        ("from 10.0.0.5:41234", "from 10.0.0.5:<port>", ["peer-port"]),
    ]

    @Test(arguments: cases)
    func `what differs between runs is replaced`(_ text: String, _ expected: String, _ rules: [String]) throws
    {
        let normaliser = Normaliser(rules: try Shipped.recipes().flatMap(\.normalisation))
        let result = normaliser.normalise(text)
        #expect(result.text == expected)
        #expect(result.used == rules)
        #expect(normaliser.normalise(result.text).text == expected)
    }

    static let kept = [
        "3 of 4 files failed", "line 12: no port", "10.0.0.5:5432 refused", "/tmp/foo.config missing",
        "error 0x1f",
        "version 1.2.3", "deadbeef", "list index 5 of 17", "/tmp/app/settings.ini", "HTTP 503",
        "x86_64-linux-gnu",
    ]

    @Test(arguments: kept)
    func `what tells two failures apart is kept`(_ text: String) throws {
        let normaliser = Normaliser(rules: try Shipped.recipes().flatMap(\.normalisation))
        #expect(normaliser.normalise(text).text == text)
        #expect(normaliser.normalise(text).used.isEmpty)
    }

    @Test func `a large output is normalised in linear time`() throws {
        let normaliser = Normaliser(rules: try Shipped.recipes().flatMap(\.normalisation))
        let text = Array(String(repeating: "0123456789abcdef /tmp/ 12:", count: 400).utf8)
        let time = ContinuousClock().measure { _ = normaliser.normalise(text) }
        #expect(time < .seconds(2), "\(time)")
    }
}
