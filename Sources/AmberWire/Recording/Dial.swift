import AmberKernel
import AmberModel

/// A call of connect(2) that is held while the relay dials the peer in its place; lives on the relay's thread.
final class Dial {
    let request: RelayRequest
    let caller: CallerSocket
    let peer: SharedDescriptor
    /// Index of its record.
    let record: Int
    let token: UInt64
    /// CLOCK_MONOTONIC after which the caller is not held any longer; nil holds it until the peer answers.
    let deadline: Int64?
    /// What the caller is told at the deadline.
    let lateAnswer: HeldCall.Answer
    var refreshedAt: Int64

    /// A program that does not wait for the peer is held this long at most, in nanoseconds: a peer that is farther away
    /// than this is left direct.
    static let patience: Int64 = 200_000_000

    init(
        _ request: RelayRequest, caller: CallerSocket, peer: SharedDescriptor, record: Int,
        token: UInt64
    ) {
        self.request = request
        self.peer = peer
        self.record = record
        self.token = token
        refreshedAt = request.time
        let timeout = Sockets.sendTimeout(of: caller.descriptor.number) * 1_000_000
        if caller.isNonBlocking {
            deadline = request.time + Self.patience
            lateAnswer = .proceed
        } else {
            // SO_SNDTIMEO bounds connect(2) too: EINPROGRESS then (socket(7)).
            deadline = timeout > 0 ? request.time + timeout : nil
            lateAnswer = .fail(Errno.inProgress)
        }
        self.caller = caller
    }

    /// What to do with the caller after a while; nil goes on waiting.
    func step(at now: Int64) -> (answer: HeldCall.Answer, absence: ConversationRecord.Absence)? {
        if let deadline, now >= deadline { return (lateAnswer, .slowPeer) }
        if now - refreshedAt >= 250_000_000 {
            refreshedAt = now
            request.held.refresh()
            // Its own connect takes the signal, as it would have without us.
            if ProcessFacts.hasSignalToTake(request.threadID) { return (.proceed, .interrupted) }
        }
        return nil
    }
}
