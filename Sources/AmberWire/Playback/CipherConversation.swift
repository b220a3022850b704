import AmberModel

/// A connection on which the player ends TLS: the plain exchange is played inside.
final class CipherConversation {
    private let cipher: any PeerCipher
    private let peer: [UInt8]
    private let name: String
    private var serverName: String?
    /// Plays the plain exchange; nil before both have agreed.
    private var player: ConversationPlayer?
    private var hasEnded = false

    init(_ cipher: any PeerCipher, peer: [UInt8], name: String) {
        self.cipher = cipher
        self.peer = peer
        self.name = name
    }

    var waitsForQuiet: Bool { player?.waitsForQuiet ?? false }

    /// Takes what the program sent.
    func received(_ bytes: [UInt8], _ library: PlaybackLibrary) -> [ConversationPlayer.Action] {
        handle(cipher.receive(bytes), library)
    }

    /// Takes the end of the connection's direction.
    func ended(_ library: PlaybackLibrary) -> [ConversationPlayer.Action] {
        guard !hasEnded else { return [.end] }
        hasEnded = true
        guard player != nil else { return [.end] }
        return encrypt(play(library) { player, book in player.ended(&book) })
    }

    func quiet(_ library: PlaybackLibrary) -> [ConversationPlayer.Action] {
        encrypt(play(library) { player, book in player.quiet(&book) })
    }

    private func handle(
        _ events: [PeerCipherEvent], _ library: PlaybackLibrary
    ) -> [ConversationPlayer.Action] {
        var actions: [ConversationPlayer.Action] = []
        for event in events {
            switch event {
            case .hello(let serverName):
                self.serverName = serverName
                guard let conversation = library.nextSession(peer, serverName) else {
                    return actions + [.note(.encrypted(peer: name)), .reset]
                }
                actions += handle(cipher.accept(conversation, serverName), library)
            case .established:
                actions += encrypt(begin(library))
            case .received(let bytes):
                actions += encrypt(play(library) { player, book in player.received(bytes, &book) })
            case .ended:
                guard !hasEnded else { continue }
                hasEnded = true
                actions += encrypt(play(library) { player, book in player.ended(&book) })
            case .refused: actions += drain() + [.end]
            case .failed(let reason):
                actions += drain() + [.note(.notDecrypted(peer: name, reason: reason)), .reset]
            }
        }
        return actions + drain()
    }

    private func begin(_ library: PlaybackLibrary) -> [ConversationPlayer.Action] {
        library.withPlainBook(peer, serverName) { book in
            var player = ConversationPlayer(peer: name, isDatagram: false, book: &book)
            let actions = player.opened(&book)
            self.player = player
            return [.note(.decrypted(peer: name))] + actions
        }
    }

    private func play(
        _ library: PlaybackLibrary,
        _ body: (inout ConversationPlayer, inout PeerBook) -> [ConversationPlayer.Action]
    ) -> [ConversationPlayer.Action] {
        guard var player else { return [] }
        let actions = library.withPlainBook(peer, serverName) { body(&player, &$0) }
        self.player = player
        return actions
    }

    /// The same actions on the connection itself.
    private func encrypt(_ actions: [ConversationPlayer.Action]) -> [ConversationPlayer.Action] {
        actions.flatMap { action -> [ConversationPlayer.Action] in
            switch action {
            case .send(let bytes): cipher.send(bytes)
            case .end: cipher.end()
            case .cut: cipher.cut()
            case .reset:
                cipher.cut()
                return drain() + [action]
            case .note, .decrypt: return drain() + [action]
            }
            let isOver = action == .end || action == .cut
            return drain() + (isOver ? [.end] : [])
        }
    }

    private func drain() -> [ConversationPlayer.Action] {
        let output = cipher.takeOutput()
        return output.isEmpty ? [] : [.send(output)]
    }
}
