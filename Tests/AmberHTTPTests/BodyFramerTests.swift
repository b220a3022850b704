import AmberHTTP
import Testing

@Suite struct BodyFramerTests {
    /// Feeds pieces of a size and returns how many bytes the body took; nil where it has not ended.
    private func length(_ text: String, _ framing: BodyFraming, pieces: Int) throws(HTTPFault) -> Int? {
        let bytes = Array(text.utf8)
        var framer = BodyFramer(framing)
        var taken = 0
        while taken < bytes.count, !framer.isEnded {
            let end = min(taken + pieces, bytes.count)
            taken += try framer.take(bytes.span.extracting(taken..<end))
        }
        return framer.isEnded ? taken : nil
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `a chunked body ends with its trailers, however it arrives`(_ pieces: Int) throws {
        let body = "5;ext=1\r\nhello\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n"
        #expect(try length(body + "GET / HTTP/1.1", .chunked, pieces: pieces) == body.utf8.count)
    }

    @Test(arguments: [
        "\r\n", "x\r\n", "-1\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhell\r\n0\r\n\r\n",
        "1000000000000000\r\n", "5 x\r\nhello\r\n", "0\r\n X: y\r\n\r\n", "0\r\nX: a\u{1}\r\n\r\n",
        "5\rhello",
        "0x5\r\nhello\r\n",
    ])
    func `malformed chunks are refused`(_ text: String) {
        #expect(throws: HTTPFault.self) { try length(text, .chunked, pieces: 1) }
    }

    @Test(arguments: [1, 4, 100])
    func `a counted body leaves what follows it`(_ pieces: Int) throws {
        #expect(try length("helloGET", .length(5), pieces: pieces) == 5)
        #expect(try length("hel", .length(5), pieces: pieces) == nil)
        #expect(try length("", .none, pieces: pieces) == 0)
    }

    @Test func `a message is taken apart`() throws {
        let text =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 Oh no\r\nA: b \r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\nSum: 5\r\n\r\n"
        let message = try HTTPMessage(response: Array(text.utf8))
        #expect(message.status == 500)
        #expect(message.startLine == "HTTP/1.1 500 Oh no")
        #expect(message.value("a") == "b")
        #expect(String(decoding: message.body, as: UTF8.self) == "abcde")
        #expect(message.trailers == [HTTPMessage.Field("Sum", "5")])
        #expect(message.isComplete)
    }
}
