/// What is known of a conversation's TLS session: `tls` in a line of `network/conversations.jsonl`.
///
/// Where it was decrypted, the plain exchange lies in `network/NUMBER.plain.sent`, `.plain.received` and
/// `.plain.jsonl`; the peer's certificates in `network/NUMBER.peer.pem` where they could be read.
public struct TLSRecord: Codable, Hashable, Sendable {
    /// Bytes that the program said in the open before it began the session (STARTTLS); nil for none.
    public var openSentBytes: UInt64?
    /// The same of the peer.
    public var openReceivedBytes: UInt64?
    /// The version that was chosen: `TLS 1.3`; nil where the peer chose none.
    public var version: String?
    /// The cipher suite's registered name.
    public var cipherSuite: String?
    /// The name that the program asked for (SNI).
    public var serverName: String?
    /// What both agreed to speak inside (ALPN): `h2`, `http/1.1`.
    public var applicationProtocol: String?
    /// What was spoken inside, as far as it was recognised.
    public var protocolName: String?
    /// True where the plain exchange is in the bundle.
    public var isDecrypted: Bool
    /// Bytes of the plain exchange that the program sent.
    public var sentBytes: UInt64
    /// Bytes of the plain exchange that the peer sent.
    public var receivedBytes: UInt64
    /// The alert with which the program refused the peer (RFC 8446 section 6): 48 for an unknown authority.
    public var sentAlert: Int?
    /// True where the program went away without a word when it had seen the peer's certificates.
    public var isAbandoned: Bool?
    /// The alert with which the peer refused the program.
    public var receivedAlert: Int?

    private enum CodingKeys: String, CodingKey {
        case openSentBytes, openReceivedBytes, version, cipherSuite, serverName, applicationProtocol
        case protocolName = "protocol"
        case isDecrypted, sentBytes, receivedBytes, sentAlert, isAbandoned, receivedAlert
    }

    /// Makes a record.
    public init(
        openSentBytes: UInt64? = nil, openReceivedBytes: UInt64? = nil, version: String? = nil,
        cipherSuite: String? = nil, serverName: String? = nil,
        applicationProtocol: String? = nil, protocolName: String? = nil, isDecrypted: Bool = false,
        sentBytes: UInt64 = 0, receivedBytes: UInt64 = 0, sentAlert: Int? = nil, isAbandoned: Bool? = nil,
        receivedAlert: Int? = nil
    ) {
        self.openSentBytes = openSentBytes
        self.openReceivedBytes = openReceivedBytes
        self.version = version
        self.cipherSuite = cipherSuite
        self.serverName = serverName
        self.applicationProtocol = applicationProtocol
        self.protocolName = protocolName
        self.isDecrypted = isDecrypted
        self.sentBytes = sentBytes
        self.receivedBytes = receivedBytes
        self.sentAlert = sentAlert
        self.isAbandoned = isAbandoned
        self.receivedAlert = receivedAlert
    }
}

extension TLSRecord {
    /// A session like it can be made without the peer's key: the plain exchange is known, or one of both refused the other.
    package var canBeEnded: Bool {
        isDecrypted || sentAlert != nil || receivedAlert != nil || isAbandoned == true
    }
}
