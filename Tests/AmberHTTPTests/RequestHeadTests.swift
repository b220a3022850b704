import AmberHTTP
import Testing

@Suite struct RequestHeadTests {
    private func parse(_ text: String) throws(HTTPFault) -> RequestHead {
        let bytes = Array(text.utf8)
        var scanner = HeadScanner()
        guard let end = try scanner.end(in: bytes.span) else { throw HTTPFault(0, "incomplete") }
        return try RequestHead(bytes.span.extracting(0..<end))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x10\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\n\n",
        "G\0T / HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func `a head that servers may read in different ways is refused with 400`(_ text: String) {
        do throws(HTTPFault) {
            _ = try parse(text)
            Issue.record("it was taken: \(text.debugDescription)")
        } catch { #expect(error.status == 400) }
    }

    @Test(arguments: [
        ("GET / HTTP/2.1\r\nHost: a\r\n\r\n", 505),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 270_000) + "\r\n\r\n", 431),
    ])
    func `what is not spoken is refused with the status for it`(_ text: String, _ status: Int) {
        do throws(HTTPFault) {
            _ = try parse(text)
            Issue.record("it was taken")
        } catch { #expect(error.status == status) }
    }

    @Test func `framing and connection are read out of a head`() throws {
        let plain = try parse("GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(plain.framing == .none && !plain.closes && plain.isIdempotent)
        let length = try parse(
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-LENGTH: 12\r\nConnection: x, Close\r\n\r\n")
        #expect(length.framing == .length(12) && length.closes && !length.isIdempotent)
        let chunked = try parse("PUT / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n")
        #expect(chunked.framing == .chunked)
        #expect(try parse("GET / HTTP/1.0\r\n\r\n").closes)
        #expect(try !parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").closes)
    }
}
