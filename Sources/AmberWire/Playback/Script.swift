package import AmberModel

/// A recorded conversation as the player reads it: both streams, and which bytes came before which.
package struct Script: Sendable {
    /// A stretch of one stream, or that stream's end.
    package struct Turn: Hashable, Sendable {
        package var direction: SegmentRecord.Direction
        /// The stretch in its direction's stream.
        package var range: Range<Int>
        package var ending: SegmentRecord.Ending?

        package init(
            direction: SegmentRecord.Direction, range: Range<Int>, ending: SegmentRecord.Ending? = nil
        ) {
            self.direction = direction
            self.range = range
            self.ending = ending
        }
    }

    /// Position among the run's conversations.
    package let number: Int
    /// What the program said.
    package let sent: [UInt8]
    /// What the peer said.
    package let received: [UInt8]
    /// In the order in which they passed.
    package let turns: [Turn]
    /// What was spoken.
    package let wireProtocol: WireProtocol?
    /// Each turn is a datagram.
    package let isDatagram: Bool
    /// How many bytes both said before they went on in TLS; nil where they did not.
    package var open: (sent: Int, received: Int)?

    /// Puts a script together.
    ///
    /// - Returns: Nil where the segments and the streams do not fit together: a damaged bundle.
    package init?(
        number: Int, sent: [UInt8], received: [UInt8], segments: [SegmentRecord], wireProtocol: WireProtocol?,
        isDatagram: Bool = false
    ) {
        var ends = (sent: 0, received: 0)
        var turns: [Turn] = []
        for segment in segments {
            let start = segment.direction == .sent ? ends.sent : ends.received
            let limit = segment.direction == .sent ? sent.count : received.count
            guard segment.sizeInBytes >= 0, segment.sizeInBytes <= limit - start else { return nil }
            let end = start + segment.sizeInBytes
            if segment.direction == .sent { ends.sent = end } else { ends.received = end }
            turns.append(Turn(direction: segment.direction, range: start..<end, ending: segment.ending))
        }
        guard ends == (sent.count, received.count) else { return nil }
        self.number = number
        self.sent = sent
        self.received = received
        self.turns = turns
        self.wireProtocol = wireProtocol
        self.isDatagram = isDatagram
        if wireProtocol == .tls { open = (0, 0) }
    }

    /// What the program says in TLS, where so far it said what it did before; nil where it does not begin TLS.
    ///
    /// The peer must have answered its hello in TLS: with a handshake record or an alert.
    func hello(in said: [UInt8]) -> ArraySlice<UInt8>? {
        guard let open, said.count > open.sent, said.starts(with: sent.prefix(open.sent)) else { return nil }
        let answer = received.dropFirst(open.received).prefix(2)
        return answer.elementsEqual([21, 3]) || answer.elementsEqual([22, 3]) ? said[open.sent...] : nil
    }

    /// The script as it stands when only some of the turns had passed; it has the number that is given.
    ///
    /// `keeps` is asked with a turn's index.
    package func excerpt(number: Int, _ keeps: (Int) -> Bool) -> Script {
        var sent: [UInt8] = []
        var received: [UInt8] = []
        var turns: [Turn] = []
        for (index, turn) in self.turns.enumerated() where keeps(index) {
            var turn = turn
            switch turn.direction {
            case .sent:
                let start = sent.count
                sent += self.sent[turn.range]
                turn.range = start..<sent.count
            case .received:
                let start = received.count
                received += self.received[turn.range]
                turn.range = start..<received.count
            }
            turns.append(turn)
        }
        return Script(
            number: number, sent: sent, received: received, turns: turns, wireProtocol: wireProtocol,
            isDatagram: isDatagram)
    }

    private init(
        number: Int, sent: [UInt8], received: [UInt8], turns: [Turn], wireProtocol: WireProtocol?,
        isDatagram: Bool
    ) {
        self.number = number
        self.sent = sent
        self.received = received
        self.turns = turns
        self.wireProtocol = wireProtocol
        self.isDatagram = isDatagram
    }

    /// Turns at the beginning that belong to no request of the program's user: greeting, authentication.
    package var setupTurns: Int {
        guard let length = wireProtocol?.dialect?.setupLength(self), length > 0 else { return 0 }
        var sent = 0
        for (index, turn) in turns.enumerated() where turn.direction == .sent {
            if sent >= length { return index }
            sent += turn.range.count
        }
        return turns.count
    }

    /// How many bytes the peer had said when the program had said this many.
    func receivedCount(before sentCount: Int) -> Int {
        var count = 0
        for turn in turns {
            switch turn.direction {
            case .sent where turn.range.upperBound >= sentCount && !turn.range.isEmpty: return count
            case .sent: break
            case .received: count = turn.range.upperBound
            }
        }
        return count
    }
}
