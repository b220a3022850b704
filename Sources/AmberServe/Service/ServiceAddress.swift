/// Where a service listens: `8000`, `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000`.
package struct ServiceAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or address; nil for this host's loopback.
    package var host: String?
    package var port: Int

    /// Reads it; nil where it is no address.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else {
            guard let port = Int(text), (0...65535).contains(port) else { return nil }
            self.port = port
            return
        }
        guard let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        self.host = host.isEmpty ? nil : host
        self.port = port
    }

    /// The host, loopback where none was said.
    package var hostOrLoopback: String { host ?? "127.0.0.1" }

    package var description: String {
        hostOrLoopback.contains(":") ? "[\(hostOrLoopback)]:\(port)" : "\(hostOrLoopback):\(port)"
    }
}
