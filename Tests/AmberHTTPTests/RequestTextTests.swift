import AmberHTTP
import FoundationEssentials
import Testing

@Suite struct RequestTextTests {
    private func text(_ text: String, number: Int? = nil) throws(HTTPFault) -> String {
        String(
            decoding: try RequestText.wireBytes(of: Array(text.utf8), number: number, host: "here:1"),
            as: UTF8.self)
    }

    @Test func `a request as it was on the wire stays as it is`() throws {
        let wire = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        #expect(try text(wire) == wire)
    }

    @Test func `what people write becomes a request`() throws {
        #expect(
            try text("# a comment\n\nPOST /a\nContent-Type: text/plain\n\nhello\n")
                == "POST /a HTTP/1.1\r\nHost: here:1\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n"
        )
        #expect(try text("GET http://other:8/b?c HTTP/1.1") == "GET /b?c HTTP/1.1\r\nHost: other:8\r\n\r\n")
    }

    @Test func `an edited body gets its length, and what stands behind ### is left out`() throws {
        let edited =
            "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nlonger\n\n### request 7\ncurl …\n"
        #expect(try text(edited) == "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nlonger")
        let whole = "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na\n###\n\n### request 7\n"
        #expect(try text(whole).hasSuffix("Content-Length: 5\r\n\r\na\n###"))
    }

    @Test func `an archive gives its first failing request, or the one that is asked for`() throws {
        func entry(_ path: String, _ status: Int, _ post: String = "") -> String {
            #"{"request":{"method":"GET","url":"http://h:1/\#(path)","headers":[{"name":":method","value":"GET"},{"name":"A","value":"b"}]\#(post)},"response":{"status":\#(status),"statusText":"","httpVersion":"HTTP/1.1","headers":[],"cookies":[],"content":{"size":0,"mimeType":""},"redirectURL":"","headersSize":-1,"bodySize":0}}"#
        }
        let post = #","postData":{"mimeType":"text/plain","text":"aGk=","encoding":"base64"}"#
        let archive =
            #"{"log":{"version":"1.2","entries":[\#(entry("one", 200)),\#(entry("two", 500, post))]}}"#
        #expect(try text(archive) == "GET /two HTTP/1.1\r\nHost: h:1\r\nA: b\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try text(archive, number: 1) == "GET /one HTTP/1.1\r\nHost: h:1\r\nA: b\r\n\r\n")
        #expect(throws: HTTPFault.self) { try text(archive, number: 3) }
    }

    @Test func `a mitmproxy flow is read`() throws {
        func string(_ text: String) -> String { "\(text.utf8.count):\(text)," }
        func pack(_ text: String, _ type: String) -> String { "\(text.utf8.count):\(text)\(type)" }
        let header = pack(pack(string("A") + string("b"), "]"), "]")
        let request = pack(
            string("method") + string("POST") + string("path") + string("/p") + string("headers") + header
                + string("content") + string("xy") + string("port") + pack("80", "#"), "}")
        let flow = pack(string("request") + request, "}")
        #expect(try text(flow) == "POST /p HTTP/1.1\r\nHost: here:1\r\nA: b\r\nContent-Length: 2\r\n\r\nxy")
    }

    /// Saved by `mitmdump -w` of Debian's mitmproxy 8.1.1: a GET, a form, a JSON body that failed, four odd bytes.
    private static func recordedFlows() throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return Array(try Data(contentsOf: folder.appending(path: "mitmproxy-8.1.1.flows")))
    }

    @Test func `a file of mitmproxy gives its first failing request, or the one that is asked for`() throws {
        let file = try Self.recordedFlows()
        func request(_ number: Int?) throws -> HTTPMessage {
            try HTTPMessage(request: try RequestText.wireBytes(of: file, number: number, host: "h"))
        }
        let failing = try request(nil)
        #expect(failing.startParts == ["POST", "/buy", "HTTP/1.1"])
        #expect(failing.value("content-type") == "application/json")
        #expect(failing.body == Array(#"{"item": "plum"}"#.utf8))
        #expect(try request(2).startParts[1] == "/buy?x=1")
        #expect(try request(2).value("x-id") == "a")
        #expect(try request(4).body == [0, 1, 0xFF, 0xFE])
        #expect(throws: HTTPFault(400, "the file has 4 flows with a request")) { try request(5) }
    }

    @Test func `a damaged file of mitmproxy is refused or read, whatever the damage`() throws {
        let file = try Self.recordedFlows()
        for length in stride(from: 0, to: file.count, by: 97) {
            _ = try? RequestText.wireBytes(of: Array(file.prefix(length)), host: "h")
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var damaged = file
            for _ in 0..<3 {
                damaged[.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            _ = try? RequestText.wireBytes(of: damaged, number: 2, host: "h")
        }
        let deep = Array(String(repeating: "9:", count: 100_000).utf8)
        #expect(throws: HTTPFault.self) { try RequestText.wireBytes(of: deep, host: "h") }
        #expect(throws: HTTPFault.self) { try text("999999999999999999999:x,") }
    }

    @Test(arguments: [
        #"{"method":"GET","url":"/a b"}"#, #"{"method":"G T","url":"/"}"#,
        #"{"method":"GET","url":"/","headers":[{"name":"A","value":"b\r\nHost: other"}]}"#,
        #"{"method":"GET","url":"/","headers":[{"name":"A: b\r\nC","value":"d"}]}"#,
    ])
    func `an archive cannot write a head of its own`(_ request: String) {
        #expect(throws: HTTPFault.self) { try text(#"{"log":{"entries":[{"request":\#(request)}]}}"#) }
    }

    @Test func `an archive may lack what only readers need, and begin with a byte order mark`() throws {
        let archive =
            "\u{FEFF}" + #"""
                {"log":{"entries":[{"request":{"method":"POST","url":"http://h/x","postData":{"text":"","params":[{"name":"a b","value":"ü"}]}}}]}}
                """#
        #expect(
            try text(archive)
                == "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\na+b=%C3%BC")
    }

    @Test(arguments: ["", "nonsense", "GET", "GET /\nno colon\n\n", "9:", "{}"])
    func `what is no request is refused`(_ nothing: String) {
        #expect(throws: HTTPFault.self) { try text(nothing) }
    }

    @Test func `a curl command says the same, quoted for a shell`() throws {
        let request = try HTTPMessage(
            request: Array(
                "PATCH /a'b?c=[1] HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nA: it's\r\nContent-Type: t\r\nContent-Length: 3\r\n\r\n'$\n"
                    .utf8))
        #expect(
            CurlCommand(request, origin: "http://h:1").text
                == """
                curl -i 'http://h:1/a'\\''b?c=[1]' \\
                  --globoff \\
                  -X PATCH \\
                  -H 'X-Empty;' \\
                  -H 'A: it'\\''s' \\
                  -H 'Content-Type: t' \\
                  --data-raw ''\\''$
                '
                """)
    }
}
