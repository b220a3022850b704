package import AmberModel

/// The peer's end of an encrypted connection; whoever makes the player brings it along.
package protocol PeerCipher: AnyObject {
    /// Takes what the program sent.
    func receive(_ bytes: [UInt8]) -> [PeerCipherEvent]
    /// Answers the program's first message as the peer did in a recorded conversation.
    func accept(_ conversation: ConversationRecord, _ serverName: String?) -> [PeerCipherEvent]
    /// Says something.
    func send(_ bytes: [UInt8])
    /// Says that nothing more comes.
    func end()
    /// Ends as the peer did in the accepted conversation, which did not say so: with an alert, or with nothing.
    func cut()
    /// What is to be sent, encrypted.
    func takeOutput() -> [UInt8]
}

/// What the program did on an encrypted connection.
package enum PeerCipherEvent: Hashable, Sendable {
    /// It named whom it wants to talk to; nil where it named nobody.
    case hello(serverName: String?)
    /// Both agreed: what follows is the plain exchange.
    case established
    case received([UInt8])
    /// It said that nothing more comes.
    case ended
    /// One of the two refused the other, as in production.
    case refused
    /// It cannot be answered, for this reason.
    case failed(String)
}
