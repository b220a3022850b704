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

    /// For runs that never end: what passed longer ago than this, in nanoseconds, is let go, but for how the run
    /// started and how connections that are open began; nil keeps everything.
    package var recent: Int64?
    /// Bytes at the beginning of an open connection, each direction, that are kept however old they are.
    package var setupBytes = 32 << 10

    /// Limits for a service.
    package static var service: TrafficLimits {
        var limits = TrafficLimits()
        limits.recent = 120_000_000_000
        limits.totalBytes = 128 << 20
        return limits
    }

    package init() {}
}
