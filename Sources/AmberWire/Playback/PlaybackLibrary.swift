package import AmberModel

/// The recorded conversations by peer, read when the replay first talks to one; lives on the player's thread.
package final class PlaybackLibrary {
    private let conversations: [[UInt8]: [ConversationRecord]]
    private let load: (ConversationRecord) -> Script?
    private let loadPlain: (ConversationRecord) -> Script?
    private let makeCipher: (() -> any PeerCipher)?
    /// Sessions that were begun, by peer and name.
    private var sessions: [[UInt8]: Int] = [:]
    private let focus: PlaybackFocus?
    private var schedules: [[UInt8]: PeerSchedule] = [:]
    private var books: [[UInt8]: PeerBook] = [:]

    /// Makes a library.
    ///
    /// - Parameters:
    ///   - conversations: All of them, in order.
    ///   - focus: What comes first; nil for the order of the recording.
    ///   - load: Reads what was said; nil where it is damaged.
    ///   - loadPlain: The same inside TLS.
    ///   - makeCipher: Makes the peer's end of a TLS session; nil where TLS is answered only to the byte.
    package init(
        _ conversations: [ConversationRecord], focus: PlaybackFocus? = nil,
        load: @escaping (ConversationRecord) -> Script?,
        loadPlain: @escaping (ConversationRecord) -> Script? = { _ in nil },
        makeCipher: (() -> any PeerCipher)? = nil
    ) {
        self.focus = focus
        self.loadPlain = loadPlain
        self.makeCipher = makeCipher
        var sorted: [[UInt8]: [ConversationRecord]] = [:]
        for conversation in conversations {
            guard let address = SocketAddress.kernelForm(of: conversation.peer) else { continue }
            let isDatagram = conversation.transport == .udp || conversation.transport == .unixDatagram
            sorted[Self.key(address, isDatagram: isDatagram), default: []].append(conversation)
        }
        self.conversations = sorted
        self.load = load
    }

    /// An address without what does not tell peers apart, and the kind of socket.
    static func key(_ address: [UInt8], isDatagram: Bool) -> [UInt8] {
        let kind: [UInt8] = [isDatagram ? 1 : 0]
        guard address.count >= 8 else { return kind + address }
        if address[0] == 2 { return kind + address.prefix(8) }
        guard address[0] == 10, address.count >= 24 else {
            // A path ends at its NUL, whatever length the caller gave (unix(7)).
            return kind + address.prefix(2)
                + (address[2] == 0 ? address[2...] : address[2...].prefix { $0 != 0 })
        }
        // An IPv4 peer of an IPv6 socket is the same peer.
        if RelayDoors.isMapped(address) { return kind + [2, 0] + address[2..<4] + address[20..<24] }
        return kind + address.prefix(4) + address[8..<24]
    }

    /// The kernel's form of a key's address.
    static func address(_ key: [UInt8]) -> [UInt8] {
        let rest = Array(key.dropFirst())
        switch rest.first {
        case 2: return rest + [UInt8](repeating: 0, count: 8)
        case 10: return rest.prefix(4) + [0, 0, 0, 0] + rest.dropFirst(4) + [0, 0, 0, 0]
        default: return rest
        }
    }

    /// What becomes of one more connect; nil where production never talked to the peer.
    func connect(_ key: [UInt8]) -> PeerSchedule.Outcome? {
        guard let records = conversations[key] else { return nil }
        return schedules[key, default: PeerSchedule(records)].connect()
    }

    /// Lets `body` work with a peer's book.
    func withBook<Result>(_ key: [UInt8], _ body: (inout PeerBook) -> Result) -> Result {
        if books[key] == nil {
            let records = (conversations[key] ?? []).filter { $0.error == nil && $0.absence == nil }
            let (scripts, others) = focus?.arrange(records, load) ?? (records.compactMap(load), [])
            books[key] = PeerBook(
                scripts, others: others, truncated: Set(records.filter(\.isTruncated).map(\.number)),
                endsTLS: makeCipher != nil && records.contains { $0.tls?.canBeEnded ?? false })
        }
        return body(&books[key, default: PeerBook([])])
    }

    // MARK: - TLS

    /// The peer's end of a new TLS session.
    func cipher() -> (any PeerCipher)? { makeCipher?() }

    /// The recorded session after which one more with a peer is made; nil where there is none.
    func nextSession(_ key: [UInt8], _ serverName: String?) -> ConversationRecord? {
        let records = named(key, serverName).filter { $0.tls?.canBeEnded ?? false }
        let index = sessions[Self.plainKey(key, serverName), default: 0]
        sessions[Self.plainKey(key, serverName)] = index + 1
        if index < records.count { return records[index] }
        // What a retry would meet: the peer as it was when it answered.
        return records.last { $0.tls?.isDecrypted ?? false } ?? records.last
    }

    /// Lets `body` work with the book of what was said inside TLS.
    func withPlainBook<Result>(
        _ key: [UInt8], _ serverName: String?, _ body: (inout PeerBook) -> Result
    ) -> Result {
        let name = Self.plainKey(key, serverName)
        if books[name] == nil {
            let records = named(key, serverName).filter { $0.tls?.isDecrypted ?? false }
            books[name] = PeerBook(
                records.compactMap(loadPlain), truncated: Set(records.filter(\.isTruncated).map(\.number)))
        }
        return body(&books[name, default: PeerBook([])])
    }

    /// A peer's conversations under a name; all of them where it never had that name.
    private func named(_ key: [UInt8], _ serverName: String?) -> [ConversationRecord] {
        let all = conversations[key] ?? []
        let named = all.filter { $0.tls != nil && $0.tls?.serverName == serverName }
        return named.isEmpty ? all : named
    }

    /// No key of a peer begins with this byte.
    private static func plainKey(_ key: [UInt8], _ serverName: String?) -> [UInt8] {
        [0xFF] + key + [serverName == nil ? 0 : 1] + Array((serverName ?? "").utf8)
    }
}
