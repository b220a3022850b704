/// How much of the network's traffic is kept.
package struct TrafficLimits: Hashable, Sendable {
    /// Bytes of one conversation, both directions; what passes beyond is counted only.
    package var conversationBytes = 16 << 20
    /// Bytes of all conversations.
    package var totalBytes = 256 << 20
    /// Segments of one conversation.
    package var conversationSegments = 100_000
    /// Segments of all conversations: they are what memory holds.
    package var totalSegments = 500_000
    /// Conversations that are listed.
    package var conversations = 50_000

    package init() {}
}
