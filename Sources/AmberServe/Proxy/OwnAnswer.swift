import NIOCore

/// Responses that the proxy itself gives.
enum OwnAnswer {
    /// A response that closes the connection; the reason stands in the body.
    static func bytes(_ status: Int, _ reason: String) -> ByteBuffer {
        let body = "\(status) \(phrase(status)): \(reason)\n"
        return ByteBuffer(
            string:
                "HTTP/1.1 \(status) \(phrase(status))\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\nServer: amber\r\n\r\n\(body)")
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 408: "Request Timeout"
        case 414: "URI Too Long"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Error"
        }
    }
}
