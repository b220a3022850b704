import AmberKernel
import AmberModel

/// A relayed connection: the program's side and the peer's, and what is on its way between them.
///
/// Lives on the relay's thread. Bytes wait here only where the receiving side takes no more; then nothing is read from
/// the other, so that the program feels its peer's back-pressure.
final class RelayConnection {
    /// One direction.
    private struct Way {
        var pending: [UInt8] = []
        var start = 0
        /// What goes with the first pending byte.
        var descriptors: [SharedDescriptor] = []
        /// The source has ended.
        var isOver = false

        var isIdle: Bool { start == pending.count }
    }

    enum Side: UInt64 {
        case program = 0
        case peer = 1
    }

    /// Index of its record.
    let record: Int
    let token: UInt64
    private let program: SharedDescriptor
    private let peer: SharedDescriptor
    private let passesDescriptors: Bool
    private var sent = Way()
    private var received = Way()
    private var interests: (program: EventQueue.Readiness, peer: EventQueue.Readiness)

    init(
        record: Int, token: UInt64, program: SharedDescriptor, peer: SharedDescriptor,
        transport: ConversationRecord.Transport, queue: borrowing EventQueue
    ) throws(SyscallError) {
        self.record = record
        self.token = token
        passesDescriptors = transport == .unix
        let first: EventQueue.Readiness = transport == .tcp ? [.readable, .urgent] : .readable
        interests = (first, first)
        try queue.add(program.number, first, token: token | Side.program.rawValue)
        try queue.add(peer.number, first, token: token | Side.peer.rawValue)
        self.program = program
        self.peer = peer
    }

    /// Both descriptors, for whoever carries the connection on.
    var numbers: (program: Int32, peer: Int32) { (program.number, peer.number) }

    /// Copies what is there; false where the connection is over and can be forgotten.
    func handle(
        _ side: Side, _ readiness: EventQueue.Readiness, _ traffic: inout Traffic,
        _ queue: borrowing EventQueue
    ) -> Bool {
        let reading: SegmentRecord.Direction = side == .program ? .sent : .received
        let writing: SegmentRecord.Direction = side == .program ? .received : .sent
        if readiness.contains(.urgent) { copyUrgent(reading) }
        if readiness.contains(.writable) {
            guard flush(writing, &traffic) else { return false }
        }
        if !readiness.isDisjoint(with: [.readable, .hungUp, .failed]) {
            guard copy(reading, &traffic) else { return false }
        }
        if sent.isOver, received.isOver, sent.isIdle, received.isIdle {
            traffic.close(record)
            return false
        }
        updateInterests(queue, traffic.isUrgent(record))
        return true
    }

    /// True where bytes wait for a side that takes no more.
    var holdsBytes: Bool { !sent.isIdle || !received.isIdle }

    private func source(_ direction: SegmentRecord.Direction) -> Int32 {
        direction == .sent ? program.number : peer.number
    }

    private func destination(_ direction: SegmentRecord.Direction) -> Int32 {
        direction == .sent ? peer.number : program.number
    }

    private func way(_ direction: SegmentRecord.Direction) -> Way { direction == .sent ? sent : received }

    private func change(_ direction: SegmentRecord.Direction, _ body: (inout Way) -> Void) {
        if direction == .sent { body(&sent) } else { body(&received) }
    }

    /// Copies until the source has no more, or the destination takes no more.
    private func copy(_ direction: SegmentRecord.Direction, _ traffic: inout Traffic) -> Bool {
        guard !way(direction).isOver, way(direction).isIdle else { return true }
        // A few rounds at most: others wait for their turn.
        for _ in 0..<8 {
            let (count, descriptors) = receive(direction, traffic.buffer)
            if count == -Int(Errno.again) || count == -Int(Errno.interrupted) { return true }
            if count == 0 {
                end(direction, &traffic)
                return true
            }
            guard count > 0 else { return fail(direction, &traffic) }
            let bytes = UnsafeRawBufferPointer(rebasing: traffic.buffer[..<count])
            traffic.note(bytes, direction, record)
            guard send(bytes, direction, descriptors) else { return fail(direction.other, &traffic) }
            // Less than asked for: it was all that there was.
            if count < traffic.buffer.count || !way(direction).isIdle { return true }
        }
        return true
    }

    private func receive(
        _ direction: SegmentRecord.Direction, _ buffer: UnsafeMutableRawBufferPointer
    ) -> (Int, [Int32]) {
        if passesDescriptors { return Sockets.receiveMessage(source(direction), into: buffer) }
        return (Sockets.receive(source(direction), into: buffer), [])
    }

    /// Sends, keeping what does not fit; false where the destination is gone.
    private func send(
        _ bytes: UnsafeRawBufferPointer, _ direction: SegmentRecord.Direction, _ descriptors: [Int32]
    ) -> Bool {
        var held = descriptors.map { SharedDescriptor(OwnedDescriptor(adopting: $0)) }
        guard let done = push(bytes, direction, &held) else { return false }
        if done < bytes.count {
            change(direction) { way in
                way.pending = Array(bytes[done...])
                way.start = 0
                way.descriptors = held
            }
        }
        return true
    }

    /// Sends what the destination takes, descriptors with the first byte, and tells how much that is; nil where it is gone.
    private func push(
        _ bytes: UnsafeRawBufferPointer, _ direction: SegmentRecord.Direction,
        _ descriptors: inout [SharedDescriptor]
    ) -> Int? {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count =
                descriptors.isEmpty
                ? Sockets.send(destination(direction), rest)
                : Sockets.sendMessage(destination(direction), rest, descriptors: descriptors.map(\.number))
            if count == -Int(Errno.interrupted) { continue }
            if count == -Int(Errno.again) { return done }
            guard count >= 0 else { return nil }
            descriptors = []
            done += count
        }
        return done
    }

    private func flush(_ direction: SegmentRecord.Direction, _ traffic: inout Traffic) -> Bool {
        let pending = way(direction)
        var descriptors = pending.descriptors
        let done = pending.pending[pending.start...].withUnsafeBytes { push($0, direction, &descriptors) }
        guard let done else { return fail(direction.other, &traffic) }
        change(direction) { way in
            way.start += done
            way.descriptors = descriptors
        }
        guard way(direction).isIdle else { return true }
        change(direction) { way in
            way.pending = []
            way.start = 0
        }
        if way(direction).isOver { Sockets.shutDown(destination(direction), 1) }
        return true
    }

    private func end(_ direction: SegmentRecord.Direction, _ traffic: inout Traffic) {
        change(direction) { $0.isOver = true }
        traffic.end(direction, .end, record)
        if way(direction).isIdle { Sockets.shutDown(destination(direction), 1) }
    }

    /// A side is gone: what it said last is carried over, then the other side sees a reset too.
    private func fail(_ direction: SegmentRecord.Direction, _ traffic: inout Traffic) -> Bool {
        if !way(direction).isOver, way(direction).isIdle {
            let (count, descriptors) = receive(direction, traffic.buffer)
            if count > 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: traffic.buffer[..<count])
                traffic.note(bytes, direction, record)
                _ = send(bytes, direction, descriptors)
            }
        }
        traffic.end(direction, .reset, record)
        Sockets.resetOnClose(destination(direction))
        traffic.close(record)
        return false
    }

    private func copyUrgent(_ direction: SegmentRecord.Direction) {
        withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { buffer in
            guard Sockets.receive(source(direction), into: buffer, isUrgent: true) == 1 else { return }
            _ = Sockets.send(destination(direction), UnsafeRawBufferPointer(buffer), isUrgent: true)
        }
    }

    private func updateInterests(_ queue: borrowing EventQueue, _ takesUrgent: Bool) {
        func interest(_ reading: Way, _ writing: Way) -> EventQueue.Readiness {
            var interest: EventQueue.Readiness = []
            if !reading.isOver, reading.isIdle {
                interest.insert(takesUrgent ? [.readable, .urgent] : .readable)
            }
            if !writing.isIdle { interest.insert(.writable) }
            return interest
        }
        let wanted = (program: interest(sent, received), peer: interest(received, sent))
        change(program.number, .program, from: interests.program, to: wanted.program, queue)
        change(peer.number, .peer, from: interests.peer, to: wanted.peer, queue)
        interests = wanted
    }

    /// A side that nothing is wanted of leaves the queue: its hang-up would be told again and again.
    private func change(
        _ number: Int32, _ side: Side, from old: EventQueue.Readiness, to new: EventQueue.Readiness,
        _ queue: borrowing EventQueue
    ) {
        if old == new { return }
        let token = token | side.rawValue
        if new.isEmpty {
            queue.remove(number)
        } else if old.isEmpty {
            try? queue.add(number, new, token: token)
        } else {
            queue.change(number, new, token: token)
        }
    }
}

extension SegmentRecord.Direction {
    var other: SegmentRecord.Direction { self == .sent ? .received : .sent }
}
