import AmberHTTP

/// `X-Amber-Capture: TOKEN`, with which a client asks for a bundle of its request.
enum CaptureHeader {
    /// The header's name.
    static let name = "x-amber-capture"

    /// Tells whether a head has the header with this token; takes the same time wherever the token differs.
    static func holds(_ token: [UInt8], in head: [UInt8]) -> Bool {
        guard let value = (try? HTTPMessage(request: head))?.value(name) else { return false }
        let given = Array(value.utf8)
        guard given.count == token.count else { return false }
        return zip(given, token).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
