/// Something about the playing back that the verdict tells.
package enum PlaybackNote: Hashable, Sendable {
    /// A request that no recorded one equals, or whose recorded answers are used up: refused.
    case unmatched(peer: String, request: String, nearest: String?)
    /// An answer to a request that differs from the recorded one in what was left out of the comparison.
    case approximate(peer: String, request: String, leavesOut: String)
    /// An answer by position alone: the protocol is not known, and the program said something else.
    case byTurn(peer: String)
    /// A handshake was answered in the recorded server's place, because it holds random numbers.
    case handshake(peer: String)
    /// A TLS session was ended in the peer's place, and the plain exchange played inside.
    case decrypted(peer: String)
    /// A TLS session could not be ended in the peer's place.
    case notDecrypted(peer: String, reason: String)
    /// The peer itself was reached, because the user asked for it.
    case live(peer: String)
    /// TLS that differs: it cannot be answered.
    case encrypted(peer: String)
    /// What was said is not in the bundle.
    case notRecorded(peer: String, reason: String)
    /// What the recording holds of a conversation is used up: it was longer than what is kept.
    case truncated(peer: String)

    /// True where the program was refused what production gave it.
    package var isRefusal: Bool {
        switch self {
        case .unmatched, .encrypted, .notDecrypted, .notRecorded, .truncated: true
        case .approximate, .byTurn, .handshake, .decrypted, .live: false
        }
    }

    /// The peer.
    package var peer: String {
        switch self {
        case .unmatched(let peer, _, _), .approximate(let peer, _, _), .byTurn(let peer),
            .handshake(let peer),
            .encrypted(let peer), .decrypted(let peer), .notDecrypted(let peer, _), .notRecorded(let peer, _),
            .truncated(let peer), .live(let peer):
            peer
        }
    }
}

extension PlaybackNote: CustomStringConvertible {
    package var description: String {
        switch self {
        case .live(let peer): "\(peer) itself was reached, because --network live= allows it"
        case .unmatched(let peer, let request, let nearest):
            "the replay asked \(peer) for '\(request)', which production did not"
                + (nearest.map { "; \($0)" } ?? "") + ": refused"
        case .approximate(let peer, let request, let leavesOut):
            "\(peer) was asked '\(request)' with other \(leavesOut) than in production: the recorded answer was given"
        case .byTurn(let peer):
            "\(peer) was told something else than in production: the recorded answers were given by their order"
        case .handshake(let peer):
            "\(peer) let the program in as it did in production: the handshake holds random numbers"
        case .encrypted(let peer):
            "the TLS session with \(peer) differs from the recorded one and cannot be answered: refused; capture with --tls-keys where the runtime logs its session secrets"
        case .decrypted(let peer):
            "the TLS session with \(peer) was ended by an authority of this replay: the recorded plain exchange was given"
        case .notDecrypted(let peer, let reason):
            "the TLS session with \(peer) could not be ended in its place (\(reason)): refused"
        case .notRecorded(let peer, let reason):
            "what was said with \(peer) is not in the bundle (\(reason)): refused"
        case .truncated(let peer): "the conversation with \(peer) went on in production, beyond what is kept"
        }
    }
}
