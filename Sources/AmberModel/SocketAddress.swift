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

    /// The port; nil for sockets that have none.
    package var port: UInt16? {
        if case .internet(_, let port, _) = self { return port }
        return nil
    }

    /// Tells whether the peer is on this machine by its address alone.
    package var isLocal: Bool {
        if case .internet(_, _, let isLoopback) = self { return isLoopback }
        return true
    }
}

extension SocketAddress {
    /// The text that `init(text:)` reads: `10.0.0.5:80`, `[::1]:80`, `unix:/run/x`, `unix:@name`.
    package var text: ByteString {
        switch self {
        case .internet: ByteString(description)
        case .file(let path): ByteString(Array("unix:".utf8) + path)
        case .abstract(let name): ByteString(Array("unix:@".utf8) + name)
        }
    }

    /// The kernel's form of a text that `text` gave; nil for another text.
    package static func kernelForm(of text: ByteString) -> [UInt8]? {
        let bytes = text.bytes
        if bytes.starts(with: "unix:@".utf8) { return [1, 0, 0] + bytes.dropFirst(6) }
        if bytes.starts(with: "unix:".utf8) {
            return bytes.count > 5 && bytes.count < 113 ? [1, 0] + bytes.dropFirst(5) + [0] : nil
        }
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = UInt16(String(decoding: bytes[(colon + 1)...], as: UTF8.self))
        else { return nil }
        let place = [UInt8(port >> 8), UInt8(port & 0xFF)]
        let host = String(decoding: bytes[..<colon], as: UTF8.self)
        if host.hasPrefix("["), host.hasSuffix("]") {
            return version6(host.dropFirst().dropLast()).map {
                [10, 0] + place + [0, 0, 0, 0] + $0 + [0, 0, 0, 0]
            }
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, !parts.contains(nil) else { return nil }
        return [2, 0] + place + parts.compactMap { $0 } + [UInt8](repeating: 0, count: 8)
    }

    /// Sixteen bytes out of eight groups (RFC 4291 section 2.2, with or without `::`).
    private static func version6(_ text: Substring) -> [UInt8]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        func groups(_ half: Substring) -> [UInt16]? {
            if half.isEmpty { return [] }
            let parts = half.split(separator: ":", omittingEmptySubsequences: false).map {
                UInt16($0, radix: 16)
            }
            return parts.contains(nil) ? nil : parts.compactMap { $0 }
        }
        guard halves.count <= 2, let first = groups(halves[0]),
            let last = groups(halves.count == 2 ? halves[1] : "")
        else { return nil }
        let missing = 8 - first.count - last.count
        guard halves.count == 2 ? missing >= 1 : missing == 0 else { return nil }
        let all = first + [UInt16](repeating: 0, count: missing) + last
        return all.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
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
