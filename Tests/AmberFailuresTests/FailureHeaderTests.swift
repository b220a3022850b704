import AmberFailures
import AmberHTTP
import AmberModel
import Glibc
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

/// What a service tells is what the proxy reads.
@Suite(.serialized) struct FailureHeaderTests {
    private struct NoStock: Error { var item: String }

    init() { setenv("AMBER_FAILURES", "1", 1) }

    @Test func `a thrown error tells its type, the request's id and the notes`() async throws {
        do {
            _ = try await Amber.request(id: "r-1") {
                Amber.note("order", 17)
                throw NoStock(item: "pear")
            }
            Issue.record("nothing was thrown")
        } catch let marked as Amber.MarkedError {
            let failure = FailureHeader.decode(try #require(marked.header))
            #expect(failure?.type?.hasSuffix("NoStock") == true)
            #expect(failure?.message == #"NoStock(item: "pear")"#)
            #expect(failure?.id == "r-1")
            #expect(failure?.notes == ["order": "17"])
        }
    }

    @Test func `an error that the service answered itself is marked, a success tells nothing`() async throws {
        let marked = try await Amber.request { Amber.mark(NoStock(item: "plum")) }
        #expect(FailureHeader.decode(try #require(marked.header))?.message == #"NoStock(item: "plum")"#)
        #expect(try await Amber.request { 1 }.header == nil)
    }

    @Test func `the NIO handler puts the header into the failing response only`() throws {
        let handler = AmberFailureHandler()
        let channel = EmbeddedChannel(handler: handler)
        func ask(_ status: HTTPResponseStatus, _ error: (any Error)?) throws -> String? {
            var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            request.headers.add(name: "X-Request-Id", value: "r-2")
            try channel.writeInbound(HTTPServerRequestPart.head(request))
            if let error { handler.fail(error) }
            try channel.writeOutbound(
                HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status)))
            guard case .head(let head)? = try channel.readOutbound(as: HTTPServerResponsePart.self) else {
                return nil
            }
            return head.headers.first(name: Amber.headerName)
        }
        let failure = FailureHeader.decode(try #require(try ask(.internalServerError, NoStock(item: "fig"))))
        #expect(failure?.id == "r-2")
        #expect(failure?.message == #"NoStock(item: "fig")"#)
        #expect(try ask(.ok, NoStock(item: "fig")) == nil)
        #expect(try ask(.internalServerError, nil) == nil)
    }
}
