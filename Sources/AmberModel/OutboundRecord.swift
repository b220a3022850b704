/// One line of `requests/outbound.jsonl`: to which requests a conversation of the service with a peer belongs.
public struct OutboundRecord: Codable, Hashable, Sendable {
    /// How sure that is.
    public enum Attribution: String, Codable, Sendable {
        /// The conversation names the request: its trace or request id was passed on.
        case certain
        /// No other request was open when something was said.
        case likely
        /// Several requests were open.
        case shared
    }

    /// Number of the conversation, as in `network/conversations.jsonl`.
    public var conversation: Int
    /// Numbers of the requests, as in `requests/requests.jsonl`.
    public var requests: [Int]
    /// How sure it is.
    public var attribution: Attribution
    /// Why, in words.
    public var reason: String

    /// Makes a record.
    public init(conversation: Int, requests: [Int], attribution: Attribution, reason: String) {
        self.conversation = conversation
        self.requests = requests
        self.attribution = attribution
        self.reason = reason
    }
}
