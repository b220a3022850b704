package import AmberModel

/// The recorded conversations by peer, read when the replay first talks to one; lives on the player's thread.
package final class PlaybackLibrary {
    private let conversations: [[UInt8]: [ConversationRecord]]
    private let load: (ConversationRecord) -> Script?
    private let focus: PlaybackFocus?
    private var schedules: [[UInt8]: PeerSchedule] = [:]
    private var books: [[UInt8]: PeerBook] = [:]

    /// Makes a library.
    ///
    /// - Parameters:
    ///   - conversations: All of them, in order.
    ///   - focus: What comes first; nil for the order of the recording.
    ///   - load: Reads what was said; nil where it is damaged.
    package init(
        _ conversations: [ConversationRecord], focus: PlaybackFocus? = nil,
        load: @escaping (ConversationRecord) -> Script?
    ) {
        self.focus = focus
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
                scripts, others: others, truncated: Set(records.filter(\.isTruncated).map(\.number)))
        }
        return body(&books[key, default: PeerBook([])])
    }
}
