import AmberModel

/// What connecting to one peer came to in production, time after time; pure.
struct PeerSchedule {
    /// What becomes of a connect(2).
    enum Outcome: Hashable, Sendable {
        /// The peer takes it.
        case accept
        /// It fails with this errno's name.
        case fail(String)
        /// Nobody answers.
        case silence
        /// Production talked to the peer, but the bundle does not hold what was said.
        case notRecorded(String)
    }

    private let outcomes: [Outcome]
    private var next = 0

    /// Takes a peer's conversations in their order; at least one.
    init(_ conversations: [ConversationRecord]) {
        outcomes = conversations.map { conversation in
            if let error = conversation.error { return .fail(error) }
            switch conversation.absence {
            case nil: return .accept
            case .slowPeer, .interrupted: return .silence
            case let absence?: return .notRecorded(absence.rawValue)
            }
        }
    }

    /// The outcome of one more connect: the next recorded one; once they are used up, what a retry would meet.
    mutating func connect() -> Outcome {
        if next < outcomes.count {
            next += 1
            return outcomes[next - 1]
        }
        return outcomes.contains(.accept) ? .accept : outcomes.last ?? .notRecorded("none")
    }
}
