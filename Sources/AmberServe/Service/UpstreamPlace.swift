import AmberKernel
import NIOCore

/// One address under which the service may listen.
struct UpstreamPlace: Sendable {
    /// `127.0.0.1:8000`.
    let text: String
    let address: NIOCore.SocketAddress
    /// As the kernel takes it.
    let kernelForm: [UInt8]

    /// The addresses to try: a service told to listen on `localhost` may have chosen either family.
    ///
    /// - Throws: `ServeError` where the host has no address.
    static func candidates(_ address: ServiceAddress) throws -> [UpstreamPlace] {
        let hosts =
            address.host == nil || address.host == "localhost"
            ? ["127.0.0.1", "::1"] : [address.hostOrLoopback]
        return try hosts.map { host in
            do {
                return try UpstreamPlace(
                    NIOCore.SocketAddress.makeAddressResolvingHost(host, port: address.port))
            } catch {
                throw ServeError("'\(address)' has no address: \(error)", remedy: "Write PORT or HOST:PORT.")
            }
        }
    }

    /// Takes an internet address.
    init(_ address: NIOCore.SocketAddress) throws {
        guard let port = address.port, let host = address.ipAddress else {
            throw ServeError("\(address) is no internet address", remedy: "Write PORT or HOST:PORT.")
        }
        self.address = address
        switch address {
        case .v4:
            text = "\(host):\(port)"
            var form = Sockets.loopback(port: UInt16(clamping: port))
            form.replaceSubrange(4..<8, with: host.split(separator: ".").compactMap { UInt8($0) })
            kernelForm = form
        default:
            text = "[\(host)]:\(port)"
            var form = Sockets.loopback(port: UInt16(clamping: port), isVersion6: true)
            form.replaceSubrange(8..<24, with: Self.bytes(version6: host))
            kernelForm = form
        }
    }

    /// The sixteen bytes of an IPv6 address as inet_ntop(3) writes it.
    private static func bytes(version6 text: String) -> [UInt8] {
        func words(_ part: Substring) -> [UInt8] {
            part.split(separator: ":").flatMap { word in
                let value = UInt16(word, radix: 16) ?? 0
                return [UInt8(value >> 8), UInt8(value & 0xFF)]
            }
        }
        guard let gap = text.firstRange(of: "::") else { return words(text[...]) }
        let (left, right) = (words(text[..<gap.lowerBound]), words(text[gap.upperBound...]))
        return left + [UInt8](repeating: 0, count: max(0, 16 - left.count - right.count)) + right
    }
}
