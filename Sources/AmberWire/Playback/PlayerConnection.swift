import AmberKernel

/// A connection of the replayed program with a recorded peer; lives on the player's thread.
final class PlayerConnection {
    let socket: SharedDescriptor
    let peer: [UInt8]
    let token: UInt64
    private var player: ConversationPlayer
    /// Set once TLS is ended here.
    private var cipher: CipherConversation?
    private let name: String
    /// What the program does not take at the moment.
    private var pending: [UInt8] = []
    private var start = 0
    private var endsAfterwards = false
    private var interest: EventQueue.Readiness = .readable
    /// The program says nothing more; it may still read.
    private(set) var isHeard = false
    /// Nothing more is said to the program: its socket is closed behind what is pending.
    var closesAfterwards = false
    /// CLOCK_MONOTONIC when the program spoke last.
    var spokeAt: Int64 = 0

    init(
        socket: SharedDescriptor, peer: [UInt8], name: String, token: UInt64, player: ConversationPlayer
    ) {
        self.name = name
        self.socket = socket
        self.peer = peer
        self.token = token
        self.player = player
    }

    /// True where `quiet` could have something to say.
    var waitsForQuiet: Bool { cipher?.waitsForQuiet ?? player.waitsForQuiet }

    /// Something waits until the program reads on.
    var hasPending: Bool { start < pending.count }

    /// The answer to what the program said; nil for its end.
    func answer(_ bytes: [UInt8]?, _ library: PlaybackLibrary) -> [ConversationPlayer.Action] {
        isHeard = isHeard || bytes == nil
        if let cipher { return bytes.map { cipher.received($0, library) } ?? cipher.ended(library) }
        let actions = library.withBook(peer) { book in
            bytes.map { player.received($0, &book) } ?? player.ended(&book)
        }
        return actions.flatMap { action -> [ConversationPlayer.Action] in
            guard case .decrypt(let said) = action, let end = library.cipher() else { return [action] }
            let cipher = CipherConversation(end, peer: peer, name: name)
            self.cipher = cipher
            return cipher.received(said, library)
        }
    }

    /// The program has been quiet for a while.
    func quiet(_ library: PlaybackLibrary) -> [ConversationPlayer.Action] {
        cipher?.quiet(library) ?? library.withBook(peer) { player.quiet(&$0) }
    }

    /// Carries actions out; false where the connection is over.
    func perform(
        _ actions: [ConversationPlayer.Action], _ queue: borrowing EventQueue, _ note: (PlaybackNote) -> Void
    ) -> Bool {
        for action in actions {
            switch action {
            case .send(let bytes): pending += bytes
            case .end, .cut: endsAfterwards = true
            case .decrypt: break  // there is nobody who could
            case .note(let text): note(text)
            case .reset:
                _ = flush(queue)
                Sockets.resetOnClose(socket.number)
                return false
            }
        }
        return flush(queue)
    }

    /// Sends what is pending; false where the program is gone.
    func flush(_ queue: borrowing EventQueue) -> Bool {
        while start < pending.count {
            let count = pending[start...].withUnsafeBytes { Sockets.send(socket.number, $0) }
            if count == -Int(Errno.interrupted) { continue }
            if count == -Int(Errno.again) {
                watch(queue)
                return true
            }
            guard count >= 0 else { return false }
            start += count
        }
        pending.removeAll(keepingCapacity: true)
        start = 0
        watch(queue)
        if endsAfterwards {
            endsAfterwards = false
            Sockets.shutDown(socket.number, 1)
        }
        return true
    }

    /// Waits for what can still come. A socket of which nothing is awaited leaves the queue: its hang-up would be told
    /// again and again.
    private func watch(_ queue: borrowing EventQueue) {
        var wanted: EventQueue.Readiness = isHeard ? [] : .readable
        if hasPending { wanted.insert(.writable) }
        guard wanted != interest else { return }
        if wanted.isEmpty {
            queue.remove(socket.number)
        } else if interest.isEmpty {
            try? queue.add(socket.number, wanted, token: token)
        } else {
            queue.change(socket.number, wanted, token: token)
        }
        interest = wanted
    }
}
