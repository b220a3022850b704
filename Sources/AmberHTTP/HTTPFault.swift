/// Why a message is refused: malformed, or longer than Amber takes.
public struct HTTPFault: Error, Hashable, Sendable {
    /// The status that a server answers with: 400, 414, 431, 501, 505.
    public let status: Int
    /// What is wrong, a few words for the log and the answer; never holds bytes of the message.
    public let reason: String

    /// Makes a fault.
    public init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    static func malformed(_ reason: String) -> HTTPFault { HTTPFault(400, reason) }
}
