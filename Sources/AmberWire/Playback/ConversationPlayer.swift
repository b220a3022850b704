import AmberModel

/// One connection of a replay, answered out of the recording; pure: bytes in, actions out.
///
/// As long as the program says what it said in one of the recorded conversations, the peer's side of that one is
/// followed to the byte. Once it says something else, requests are looked up one by one where the protocol is known
/// (`ExchangePool`), else the recorded answers are given in their order.
package struct ConversationPlayer {
    /// What to do with the program's side of the connection.
    package enum Action: Hashable, Sendable {
        case send([UInt8])
        /// Ends the peer's direction.
        case end
        /// The same inside TLS, without a word about it.
        case cut
        case reset
        case note(PlaybackNote)
        /// Goes on as the end of a TLS session in which the plain exchange is played; this is what was said so far.
        case decrypt([UInt8])
    }

    private enum Mode {
        /// A script is followed.
        case exact(Script)
        /// Requests are looked up.
        case exchanges(any Dialect)
        /// Answers are given in order.
        case turns(Script)
        /// The program is expected to begin a TLS session that is ended here.
        case encrypted
        /// Nothing is answered any more.
        case over
    }

    private let peer: String
    private let isDatagram: Bool
    private var mode: Mode
    /// What the program has said so far, as far as it is needed: since the last answer, or all while scripts compete.
    private var said: [UInt8] = []
    /// Bytes of `said` before the last answer.
    private var answeredCount = 0
    private var receivedCount = 0
    /// The next turn of the script that is followed.
    private var turn = 0
    /// Bytes of the current turn that the program has said already, when turns are answered in order.
    private var turnBytes = 0
    private var hasSpoken = false
    private var hasNotedTurns = false

    /// Begins a connection.
    ///
    /// - Parameters:
    ///   - peer: Its name, for notes.
    ///   - isDatagram: A piece is a datagram, not a part of a stream.
    ///   - book: The peer's recorded conversations.
    package init(peer: String, isDatagram: Bool, book: inout PeerBook) {
        self.peer = peer
        self.isDatagram = isDatagram
        if let script = book.next {
            mode = .exact(script)
        } else if book.endsTLS {
            mode = .encrypted
        } else {
            mode = book.dialect.map { .exchanges($0) } ?? .over
        }
    }

    /// What the peer says before the program does.
    package mutating func opened(_ book: inout PeerBook) -> [Action] {
        if case .over = mode { return unanswerable(book, []) }
        return advance(&book)
    }

    /// Takes what the program says.
    package mutating func received(_ bytes: [UInt8], _ book: inout PeerBook) -> [Action] {
        switch mode {
        case .over: return []
        case .encrypted:
            mode = .over
            return [.decrypt(bytes)]
        case .exact(let script): return follow(script, bytes, &book)
        case .exchanges(let dialect):
            said = isDatagram ? bytes : said + bytes
            return lookUp(dialect, &book)
        case .turns(let script): return answerInOrder(script, bytes.count, &book)
        }
    }

    /// Takes the end of what the program says.
    package mutating func ended(_ book: inout PeerBook) -> [Action] {
        guard case .exact(let script) = mode, turn < script.turns.count else { return [.end] }
        if script.turns[turn].direction == .sent { turn += 1 }
        let actions = advance(&book)
        return actions.contains { [.end, .cut, .reset].contains($0) } ? actions : actions + [.end]
    }

    private mutating func follow(_ script: Script, _ bytes: [UInt8], _ book: inout PeerBook) -> [Action] {
        let isExpected = script.sent.dropFirst(said.count).starts(with: bytes)
        said += bytes
        if isExpected { return advance(&book) }
        // Before the peer has said anything that only this conversation has, another one may be meant.
        if let other = book.other(than: script, sent: said, received: script.received.prefix(receivedCount)) {
            mode = .exact(other)
            turn = Self.turn(in: other, after: receivedCount)
            return advance(&book)
        }
        if let hello = script.hello(in: said) {
            mode = .over
            if book.endsTLS, receivedCount == script.open?.received { return [.decrypt(Array(hello))] }
            return [.note(.encrypted(peer: peer)), .reset]
        }
        book.pool?.markUsed(script.number, before: answeredCount)
        if let dialect = book.dialect {
            mode = .exchanges(dialect)
            said = isDatagram ? bytes : Array(said[answeredCount...])
            return lookUp(dialect, &book)
        }
        mode = .turns(script)
        turnBytes =
            said.count - bytes.count - (turn < script.turns.count ? script.turns[turn].range.lowerBound : 0)
        turnBytes = max(turnBytes, 0)
        return answerInOrder(script, bytes.count, &book)
    }

    /// The first turn after those that hold the peer's first bytes.
    private static func turn(in script: Script, after receivedCount: Int) -> Int {
        if receivedCount == 0 { return 0 }
        let last = script.turns.firstIndex {
            $0.direction == .received && $0.range.upperBound >= receivedCount
        }
        return last.map { $0 + 1 } ?? script.turns.count
    }

    /// Says what the peer said up to the place where the program is.
    private mutating func advance(_ book: inout PeerBook) -> [Action] {
        guard case .exact(var script) = mode else { return [] }
        var actions: [Action] = []
        while turn < script.turns.count {
            let next = script.turns[turn]
            switch next.direction {
            case .sent:
                if next.ending != nil { return actions }  // waits for the program's own end
                guard said.count >= next.range.upperBound else { return actions }
                turn += 1
            case .received:
                if !hasSpoken {
                    // Another connection may have taken this conversation meanwhile.
                    guard let claimed = book.claim(script, sent: said) else { return giveUp(&book, actions) }
                    script = claimed
                    mode = .exact(claimed)
                    hasSpoken = true
                }
                turn += 1
                if let ending = next.ending {
                    actions.append(Self.action(ending))
                    continue
                }
                actions.append(.send(Array(script.received[next.range])))
                receivedCount = next.range.upperBound
                answeredCount = said.count
            }
        }
        if book.isTruncated(script.number), said.count >= script.sent.count {
            actions.append(.note(.truncated(peer: peer)))
        }
        return actions
    }

    private mutating func giveUp(_ book: inout PeerBook, _ actions: [Action]) -> [Action] {
        guard let dialect = book.dialect else {
            mode = .over
            return actions + unanswerable(book, said[...])
        }
        mode = .exchanges(dialect)
        return actions + lookUp(dialect, &book)
    }

    private func unanswerable(_ book: PeerBook, _ request: ArraySlice<UInt8>) -> [Action] {
        let text = request.isEmpty ? "one connection more" : "\(request.count) bytes"
        return [.note(.unmatched(peer: peer, request: text, nearest: nil)), .reset]
    }

    /// Answers every whole request that is there.
    private mutating func lookUp(_ dialect: any Dialect, _ book: inout PeerBook) -> [Action] {
        var actions: [Action] = []
        while !said.isEmpty {
            guard let length = dialect.requestLength(said[...], isFirst: !hasSpoken) else { return actions }
            guard length > 0 else { return actions + refuse(dialect, said[...], &book) }
            let request = said[..<length]
            actions += answer(dialect, request, &book)
            if case .over = mode { return actions }
            hasSpoken = true
            said = Array(said[length...])
        }
        return actions
    }

    private mutating func answer(
        _ dialect: any Dialect, _ request: ArraySlice<UInt8>, _ book: inout PeerBook
    ) -> [Action] {
        for script in book.scripts {
            guard let greeting = dialect.greeting(request, isFirst: !hasSpoken, script) else { continue }
            return [.send(greeting), .note(.handshake(peer: peer))]
        }
        guard let answer = book.pool?.answer(request, isFirst: !hasSpoken) else {
            return refuse(dialect, request, &book)
        }
        book.claim(answer.conversation)
        var actions: [Action] = []
        if let leavesOut = answer.leavesOut {
            actions.append(
                .note(.approximate(peer: peer, request: dialect.summary(request), leavesOut: leavesOut)))
        }
        if !answer.bytes.isEmpty { actions.append(.send(answer.bytes)) }
        if let ending = answer.ending { actions.append(Self.action(ending)) }
        return actions
    }

    private mutating func refuse(
        _ dialect: any Dialect, _ request: ArraySlice<UInt8>, _ book: inout PeerBook
    ) -> [Action] {
        if !isDatagram { mode = .over }
        let nearest = book.pool?.nearest(to: request).map { nearest in
            nearest.difference == request.count && nearest.isUsed
                ? "its recorded answers are used up"
                : "the nearest recorded request is '\(nearest.summary)', which differs from byte \(nearest.difference + 1) on"
        }
        return [
            .note(.unmatched(peer: peer, request: dialect.summary(request), nearest: nearest)), .reset,
        ]
    }

    /// Answers by position: when the program has said as much as it did in production.
    private mutating func answerInOrder(
        _ script: Script, _ count: Int, _ book: inout PeerBook
    ) -> [Action] {
        var actions: [Action] = []
        if !hasNotedTurns {
            hasNotedTurns = true
            actions.append(.note(.byTurn(peer: peer)))
        }
        turnBytes += count
        while turn < script.turns.count {
            let next = script.turns[turn]
            if next.direction == .sent {
                guard next.ending == nil, turnBytes >= next.range.count || isDatagram else { return actions }
                turnBytes = max(turnBytes - next.range.count, 0)
                turn += 1
                continue
            }
            turn += 1
            if !hasSpoken {
                book.claim(script.number)
                hasSpoken = true
            }
            if let ending = next.ending {
                actions.append(Self.action(ending))
            } else {
                actions.append(.send(Array(script.received[next.range])))
            }
        }
        return actions
    }

    private static func action(_ ending: SegmentRecord.Ending) -> Action {
        switch ending {
        case .end: .end
        case .cut: .cut
        case .reset: .reset
        }
    }

    /// The program has been quiet for a while: what it said was all of its turn.
    package mutating func quiet(_ book: inout PeerBook) -> [Action] {
        guard case .turns(let script) = mode, turn < script.turns.count, turnBytes > 0 else { return [] }
        return answerInOrder(script, max(script.turns[turn].range.count - turnBytes, 0), &book)
    }

    /// True where `quiet` could have something to say.
    package var waitsForQuiet: Bool {
        if case .turns = mode { return turnBytes > 0 }
        return false
    }
}
