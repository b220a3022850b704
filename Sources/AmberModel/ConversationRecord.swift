/// A line of `network/conversations.jsonl`: what a process of the run said to one peer, and what that said.
///
/// The bytes lie beside it, as they passed: `network/NUMBER.sent` and `network/NUMBER.received`; their order in
/// `network/NUMBER.jsonl`.
public struct ConversationRecord: Codable, Hashable, Sendable {
    /// How it was carried.
    public enum Transport: String, Codable, Sendable {
        /// TCP over IPv4 or IPv6.
        case tcp
        /// UDP; a segment is a datagram.
        case udp
        /// An AF_UNIX stream.
        case unix
        /// AF_UNIX datagrams.
        case unixDatagram = "unix-datagram"
    }

    /// Why the bytes of a conversation are not here.
    public enum Absence: String, Codable, Sendable {
        /// The peer had not answered when a program that does not wait had to go on.
        case slowPeer = "slow-peer"
        /// A signal came while the program waited for the peer.
        case interrupted
        /// The socket was bound to an address or a port of its own.
        case boundSocket = "bound-socket"
        /// The kernel did not let Amber take the socket (in a container: `--cap-add SYS_PTRACE`).
        case notPermitted = "not-permitted"
        /// The peer would see another user (SO_PEERCRED).
        case otherUser = "other-user"
        /// The socket belongs to another network namespace.
        case otherNamespace = "other-namespace"
        /// A kind of socket that is not relayed.
        case unsupported
        /// There were too many conversations, or no descriptor was left.
        case overLimit = "over-limit"
    }

    /// Position among the run's conversations, counted from 1.
    public var number: Int
    /// Ordinal of the process that began it.
    public var process: String
    /// How it was carried.
    public var transport: Transport
    /// The peer: `10.0.0.5:5432`, `[::1]:80`, `unix:/run/x.sock`, `unix:@name`.
    public var peer: ByteString
    /// The program's own address; nil where it has none.
    public var local: ByteString?
    /// Nanoseconds since the start of the run.
    public var openedAt: Int64
    /// Nanoseconds from the program's call until the peer had answered.
    public var connectTime: Int64
    /// Nanoseconds from the beginning until the end; nil where it was open when the run ended.
    public var duration: Int64?
    /// The name of the errno that connect(2) gave: `ECONNREFUSED`; nil where there was a connection.
    public var error: String?
    /// Bytes that the program sent.
    public var sentBytes: UInt64
    /// Bytes that the peer sent.
    public var receivedBytes: UInt64
    /// True where fewer bytes are here than passed.
    public var isTruncated: Bool
    /// What was spoken, as far as it was recognised: `http`, `redis`, `postgresql`, `dns`, `tls`.
    public var protocolName: String?
    /// Why its bytes are not here; nil where they are.
    public var absence: Absence?
    /// True for datagrams of a socket that has no name and so cannot be answered (unix(7)): syslog, sd_notify.
    ///
    /// They went their own way, unread; a replay takes them and forgets them.
    public var isOneWay: Bool?
    /// What is known of its TLS session; nil where it is none.
    public var tls: TLSRecord?

    private enum CodingKeys: String, CodingKey {
        case number, process, transport, peer, local, openedAt, connectTime, duration, error, sentBytes
        case receivedBytes, isTruncated
        case protocolName = "protocol"
        case absence, isOneWay, tls
    }

    /// Makes a record.
    public init(
        number: Int, process: String, transport: Transport, peer: ByteString, local: ByteString? = nil,
        openedAt: Int64, connectTime: Int64 = 0, duration: Int64? = nil, error: String? = nil,
        sentBytes: UInt64 = 0, receivedBytes: UInt64 = 0, isTruncated: Bool = false,
        protocolName: String? = nil, absence: Absence? = nil, isOneWay: Bool? = nil,
        tls: TLSRecord? = nil
    ) {
        self.number = number
        self.process = process
        self.transport = transport
        self.peer = peer
        self.local = local
        self.openedAt = openedAt
        self.connectTime = connectTime
        self.duration = duration
        self.error = error
        self.sentBytes = sentBytes
        self.receivedBytes = receivedBytes
        self.isTruncated = isTruncated
        self.protocolName = protocolName
        self.absence = absence
        self.isOneWay = isOneWay
        self.tls = tls
    }
}
