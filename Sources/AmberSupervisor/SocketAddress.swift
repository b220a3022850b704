/// A peer's address, read out of the kernel's `struct sockaddr` (ip(7), ipv6(7), unix(7)).
package enum SocketAddress: Hashable, Sendable {
    /// IPv4 or IPv6 with port.
    case internet(host: String, port: UInt16, isLoopback: Bool)
    /// A socket in the file system.
    case file([UInt8])
    /// A name in Linux's abstract namespace.
    case abstract([UInt8])

    /// Reads an address; nil for other families and for damaged ones.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        let family = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
        switch family {
        case 1:
            let name = Array(bytes.dropFirst(2))
            guard let first = name.first else { return nil }
            self = first == 0 ? .abstract(Array(name.dropFirst())) : .file(Array(name.prefix { $0 != 0 }))
        case 2 where bytes.count >= 8:
            let host = bytes[4..<8].map { String($0) }.joined(separator: ".")
            self = .internet(
                host: host, port: Self.port(bytes), isLoopback: bytes[4] == 127 || host == "0.0.0.0")
        case 10 where bytes.count >= 24:
            let groups = stride(from: 8, to: 24, by: 2).map {
                String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
            }
            let isLoopback = bytes[8..<23].allSatisfy { $0 == 0 }
            self = .internet(
                host: groups.joined(separator: ":"), port: Self.port(bytes), isLoopback: isLoopback)
        default: return nil
        }
    }

    private static func port(_ bytes: [UInt8]) -> UInt16 { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }

    /// Tells whether the peer is on this machine by its address alone.
    package var isLocal: Bool {
        if case .internet(_, _, let isLoopback) = self { return isLoopback }
        return true
    }
}

extension SocketAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .internet(let host, let port, _): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .file(let path): "unix:" + String(decoding: path, as: UTF8.self)
        case .abstract(let name): "unix:@" + String(decoding: name, as: UTF8.self)
        }
    }
}
