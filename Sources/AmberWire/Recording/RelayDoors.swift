import AmberKernel

/// The sockets on which the relay takes connections of programs, and the ones where nobody listens.
struct RelayDoors {
    enum Family: UInt64, CaseIterable {
        case version4 = 1
        case version6 = 2
        case unix = 3
    }

    private let version4: SharedDescriptor
    private let version6: SharedDescriptor?
    private let unix: SharedDescriptor
    /// Bound and not listening: a connect is refused there, as by a peer.
    private let closed4: SharedDescriptor
    private let closed6: SharedDescriptor?

    /// Opens them on loopback.
    ///
    /// - Throws: `SyscallError` where there is no IPv4 loopback.
    init(_ queue: borrowing EventQueue) throws(SyscallError) {
        version4 = try Self.listen(Sockets.loopback(port: 0), Sockets.internet)
        version6 = try? Self.listen(Sockets.loopback(port: 0, isVersion6: true), Sockets.internet6)
        closed4 = try Self.bound(Sockets.loopback(port: 0), Sockets.internet)
        closed6 = try? Self.bound(Sockets.loopback(port: 0, isVersion6: true), Sockets.internet6)
        // Autobind (unix(7)): an abstract name that nobody else has.
        unix = try Self.listen([1, 0], Sockets.unix)
        try queue.add(version4.number, .readable, token: Family.version4.rawValue)
        if let version6 { try queue.add(version6.number, .readable, token: Family.version6.rawValue) }
        try queue.add(unix.number, .readable, token: Family.unix.rawValue)
    }

    /// The listening socket of a family.
    func number(_ family: Family) -> Int32 {
        switch family {
        case .version4: version4.number
        case .version6: version6?.number ?? -1
        case .unix: unix.number
        }
    }

    /// The address that a socket of this domain reaches a door at; IPv4 in its mapped form where the peer's is so.
    func address(_ domain: Int32, peer: [UInt8]) -> (address: [UInt8], family: Family)? {
        if domain == Sockets.unix {
            return Sockets.localName(of: unix.number).map { ($0, .unix) }
        }
        if domain == Sockets.internet {
            return Sockets.localName(of: version4.number).map { ($0, .version4) }
        }
        if Self.isMapped(peer) {
            return Sockets.localName(of: version4.number).map {
                (Self.mapped(Sockets.port(of: $0)), .version4)
            }
        }
        return version6.flatMap { Sockets.localName(of: $0.number) }.map { ($0, .version6) }
    }

    /// An address of the same kind where nobody listens.
    func closedAddress(_ domain: Int32, peer: [UInt8]) -> [UInt8]? {
        if domain == Sockets.internet { return Sockets.localName(of: closed4.number) }
        if Self.isMapped(peer) {
            return Sockets.localName(of: closed4.number).map { Self.mapped(Sockets.port(of: $0)) }
        }
        return closed6.flatMap { Sockets.localName(of: $0.number) }
    }

    /// Tells whether an IPv6 address is an IPv4 one (`::ffff:0:0/96`, RFC 4291 section 2.5.5.2).
    static func isMapped(_ address: [UInt8]) -> Bool {
        address.count >= 24 && address[8..<18].allSatisfy { $0 == 0 } && address[18] == 0xFF
            && address[19] == 0xFF
    }

    static func mapped(_ port: UInt16) -> [UInt8] {
        [10, 0, UInt8(port >> 8), UInt8(port & 0xFF), 0, 0, 0, 0] + [UInt8](repeating: 0, count: 10)
            + [0xFF, 0xFF, 127, 0, 0, 1, 0, 0, 0, 0]
    }

    private static func bound(_ address: [UInt8], _ domain: Int32) throws(SyscallError) -> SharedDescriptor {
        let socket = try Sockets.make(domain: domain, type: Sockets.stream | Sockets.nonBlocking)
        try Sockets.bind(socket.number, to: address)
        return SharedDescriptor(socket)
    }

    private static func listen(_ address: [UInt8], _ domain: Int32) throws(SyscallError) -> SharedDescriptor {
        let socket = try bound(address, domain)
        try Sockets.listen(socket.number)
        return socket
    }
}
