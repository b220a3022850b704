import AmberHTTP
import Testing

@Suite struct ResponseComparisonTests {
    private func differences(_ left: String, _ right: String) throws -> [String] {
        // Digits stand for everything that differs from run to run.
        let comparison = ResponseComparison { $0.map { (0x30...0x39).contains($0) ? UInt8(ascii: "#") : $0 } }
        func message(_ text: String) throws -> HTTPMessage { try HTTPMessage(response: Array(text.utf8)) }
        return comparison.differences(try message(left), try message(right))
    }

    private func json(_ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 500 X\r\nContent-Type: application/json\r\n\(fields)\r\n\(body)"
    }

    @Test func `JSON is compared by structure`() throws {
        #expect(try differences(json(#"{"a":1,"b":[true]}"#), json(#"{ "b": [true], "a": 1.0 }"#)) == [])
        #expect(
            try differences(json(#"{"a":{"b":[1,2]}}"#), json(#"{"a":{"b":[1,3]}}"#)) == [
                "the body differs at $.a.b[1]"
            ])
        #expect(try differences(json(#"{"a":1}"#), json(#"{"a":1,"c":2}"#)) == ["the body differs at $.c"])
        #expect(try differences(json(#"[1]"#), json(#"[1,2]"#)) == ["the body differs at $[1]"])
    }

    @Test func `what differs each time is no difference`() throws {
        #expect(try differences(json(#"{"id":"x-17"}"#), json(#"{"id":"x-98"}"#)) == [])
        #expect(try differences(json(#"{"at":1700000000}"#), json(#"{"at":1800000000}"#)) == [])
        #expect(try differences(json("{}", "Date: a\r\nServer: b\r\n"), json("{}", "Date: c\r\n")) == [])
        #expect(try differences("HTTP/1.1 200 OK\r\n\r\nrun 12", "HTTP/1.1 200 OK\r\n\r\nrun 34") == [])
    }

    @Test func `status, location, type and cookies matter`() throws {
        #expect(
            try differences("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 404 No\r\n\r\n") == [
                "the status was 200; here it is 404"
            ])
        #expect(
            try differences(
                "HTTP/1.1 302 F\r\nLocation: /a\r\n\r\n", "HTTP/1.1 302 F\r\nLocation: /b\r\n\r\n")
                == ["location was /a; here it is /b"])
        #expect(
            try differences(
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\n\r\n", "HTTP/1.1 200 OK\r\nSet-Cookie: a=2\r\n\r\n")
                == [])
        #expect(
            try differences("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n").count
                == 1)
    }
}
