import AmberBundle
import AmberModel
import AmberTLS
import AmberWire

/// The network part of an extracted record: `network/` below `/.amber`.
struct RecordedNetwork: Sendable {
    /// Its conversations, in order; none where the bundle has no network part.
    let conversations: [ConversationRecord]
    private let record: RecordDirectory

    /// Most bytes of a stream, of a list of segments, of the list of conversations: what a writer keeps below.
    private static let streamLimit = 256 << 20

    /// Reads the list of conversations; a damaged line ends it.
    init(_ record: RecordDirectory) {
        self.record = record
        let list = try? record.contents(of: "network/conversations.jsonl", limit: Self.streamLimit)
        conversations = (list ?? []).split(separator: UInt8(ascii: "\n")).compactMap {
            try? RecordJSON.decode(ConversationRecord.self, from: $0, subject: "conversations.jsonl")
        }.filter { $0.number > 0 }
    }

    /// The peers, as text.
    var peers: Set<String> { Set(conversations.map(\.peer.description)) }

    /// Tells whether a peer was reached over IPv6.
    var hasVersion6: Bool {
        conversations.contains { conversation in
            guard let address = SocketAddress.kernelForm(of: conversation.peer) else { return false }
            return address.first == 10 && !(SocketAddress(address)?.isLocal ?? true)
        }
    }

    /// What a player looks things up in.
    ///
    /// `authority` vouches for peers whose TLS sessions are ended in their place; nil where there are none.
    func library(_ authority: ReplayAuthority?) -> PlaybackLibrary {
        let focus = window.map { window in PlaybackFocus(window) { self.times($0) } }
        return PlaybackLibrary(
            conversations, focus: focus, load: script, loadPlain: plainScript,
            makeCipher: authority.map { authority in { TLSPeer(authority, self) } })
    }

    /// True where TLS sessions can be ended in a peer's place.
    var endsTLS: Bool { conversations.contains { $0.tls?.canBeEnded ?? false } }

    /// The time in which the failing request of a service was open; nil for every other bundle.
    private var window: ClosedRange<Int64>? {
        guard let service = try? ServiceRequest(record: record).service,
            let bounds = service.networkWindow, bounds.count == 2, bounds[0] <= bounds[1]
        else { return nil }
        return bounds[0]...bounds[1]
    }

    private func times(_ conversation: ConversationRecord) -> [Int64] {
        contents("network/\(conversation.number).jsonl").split(separator: UInt8(ascii: "\n")).compactMap {
            try? RecordJSON.decode(SegmentRecord.self, from: $0, subject: "segments").time
        }
    }

    /// Reads what was said in one conversation; nil where it is damaged.
    func script(_ conversation: ConversationRecord) -> Script? {
        var script = script("network/\(conversation.number)", conversation, conversation.protocolName)
        if let tls = conversation.tls, let sent = tls.openSentBytes {
            script?.open = (Int(clamping: sent), Int(clamping: tls.openReceivedBytes ?? 0))
        }
        return script
    }

    /// The same inside TLS.
    private func plainScript(_ conversation: ConversationRecord) -> Script? {
        script("network/\(conversation.number).plain", conversation, conversation.tls?.protocolName)
    }

    /// The certificates that a peer showed, its own first; none where they could not be read.
    func certificates(_ conversation: ConversationRecord) -> [[UInt8]] {
        PEM.decode(contents("network/\(conversation.number).peer.pem"))
    }

    private func script(
        _ name: String, _ conversation: ConversationRecord, _ protocolName: String?
    ) -> Script? {
        let segments = contents(name + ".jsonl").split(separator: UInt8(ascii: "\n")).map {
            try? RecordJSON.decode(SegmentRecord.self, from: $0, subject: "segments")
        }
        guard !segments.contains(where: { $0 == nil }) else { return nil }
        return Script(
            number: conversation.number, sent: contents(name + ".sent"),
            received: contents(name + ".received"),
            segments: segments.compactMap { $0 },
            wireProtocol: protocolName.flatMap { WireProtocol(rawValue: $0) },
            isDatagram: conversation.transport == .udp || conversation.transport == .unixDatagram)
    }

    private func contents(_ name: String) -> [UInt8] {
        (try? record.contents(of: name, limit: Self.streamLimit)) ?? []
    }
}
