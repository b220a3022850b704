import AmberKernel
import AmberModel

/// The socket that a caller wants to connect, borrowed while the caller waits.
///
/// The copy must be closed before the call is answered for good: while it is open, the program's own close(2) would not
/// end the connection.
struct CallerSocket {
    let descriptor: SharedDescriptor
    /// SO_COOKIE.
    let cookie: UInt64
    /// AF_*.
    let domain: Int32
    let transport: ConversationRecord.Transport
    /// O_NONBLOCK: the caller does not wait for the peer.
    let isNonBlocking: Bool

    private enum Option {
        static let socket: Int32 = 1  // SOL_SOCKET
        static let type: Int32 = 3
        static let protocolNumber: Int32 = 38
        static let domain: Int32 = 39
        static let bindToInterface: Int32 = 62  // SO_BINDTOIFINDEX, Linux 5.0
        static let networkCookie: Int32 = 71  // SO_NETNS_COOKIE, Linux 5.14
    }

    /// Takes a process's descriptor.
    ///
    /// - Throws: `Refusal` with the reason why the connection stays direct.
    init(_ number: Int32, ofProcess processID: Int32) throws(Refusal) {
        do { descriptor = try SharedDescriptor(Sockets.take(number, ofProcess: processID)) } catch {
            // Not a socket, or not a descriptor: the kernel says so to the caller itself.
            throw Refusal(absence: error.code == Errno.notPermitted ? .notPermitted : nil)
        }
        guard let cookie = Sockets.cookie(of: descriptor.number),
            let domain = Sockets.option(descriptor.number, level: Option.socket, name: Option.domain),
            let type = Sockets.option(descriptor.number, level: Option.socket, name: Option.type)
        else { throw Refusal(absence: nil) }
        self.cookie = cookie
        self.domain = domain
        let number = Sockets.option(descriptor.number, level: Option.socket, name: Option.protocolNumber) ?? 0
        switch (domain, type, number) {
        case (Sockets.internet, Sockets.stream, 6), (Sockets.internet6, Sockets.stream, 6): transport = .tcp
        case (Sockets.internet, Sockets.datagram, 17), (Sockets.internet6, Sockets.datagram, 17):
            transport = .udp
        case (Sockets.unix, Sockets.stream, _): transport = .unix
        case (Sockets.unix, Sockets.datagram, _): transport = .unixDatagram
        default: throw Refusal(absence: .unsupported)
        }
        isNonBlocking = Files.isNonBlocking(descriptor.number)
    }

    /// Why a connection is left alone; nil absence: it is none of ours to label.
    struct Refusal: Error {
        var absence: ConversationRecord.Absence?
    }

    /// The reason why its connection cannot be relayed; nil where it can.
    func obstacle(callerID: Int32) -> ConversationRecord.Absence? {
        if Sockets.networkCookie(of: descriptor.number) != Self.ownNetwork { return .otherNamespace }
        if isBound { return .boundSocket }
        if domain == Sockets.unix {
            // The peer may decide by who connects (SO_PEERCRED, unix(7)): that is us.
            guard let ids = ProcessFacts.effectiveIDs(of: callerID), ids.user == ThisProcess.userID,
                ids.group == ThisProcess.groupID
            else { return .otherUser }
        }
        return nil
    }

    /// True where it has an address or a port that somebody chose.
    var isBound: Bool {
        let interface = Sockets.option(
            descriptor.number, level: Option.socket, name: Option.bindToInterface)
        if let interface, interface != 0 { return true }
        guard let name = Sockets.localName(of: descriptor.number) else { return false }
        if domain == Sockets.unix { return name.count > 2 }
        // A port of the kernel's choice on every address: any other serves as well.
        let port = Sockets.port(of: name)
        if transport == .udp, port >= Self.firstEphemeralPort, !name.dropFirst(4).contains(where: { $0 != 0 })
        {
            return false
        }
        return name.dropFirst(2).contains { $0 != 0 }
    }

    /// Where Linux takes ports from that nobody asked for (ip(7), ip_local_port_range).
    private static let firstEphemeralPort: UInt16 = 32768

    private static let ownNetwork: UInt64? = {
        guard let socket = try? Sockets.make(domain: Sockets.unix, type: Sockets.stream) else { return nil }
        return Sockets.networkCookie(of: socket.number)
    }()
}
