import Testing

@testable import AmberWire

/// Answers that no peer would give.
struct DialectTests {
    @Test func `any number of interim responses is passed over`() {
        let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        let last = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)
        let bytes = Array([[UInt8]](repeating: interim, count: 20_000).joined()) + last
        let request = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        #expect(HTTPDialect().responseLength(bytes[...], to: request[...]) == bytes.count)
    }

    @Test func `a PostgreSQL message of four gigabytes is none`() {
        let bytes: [UInt8] = [UInt8(ascii: "D"), 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0]
        #expect(PostgresDialect().responseLength(bytes[...], to: []) == nil)
        #expect(PostgresDialect().requestLength(bytes[...], isFirst: false) == 0)
    }
}
