package import AmberKernel

/// Decides which signals to pass on to the program: each reaches it exactly once.
///
/// A signal for the whole process group (the terminal's, `kill -- -PGID`, a service manager's) reaches the program by
/// itself; one for this process alone must be forwarded. The guardian, in the same group, counts what it gets: a
/// signal that it got too was for the group.
package struct SignalPolicy: Sendable {
    /// What becomes of a signal.
    package enum Decision: Hashable, Sendable {
        /// The program has it already.
        case leave
        /// Send it to the program.
        case forward
    }

    private var seen: [Int32: UInt32] = [:]
    private let isOwnSession: Bool

    /// - Parameter isOwnSession: The program has a session of its own (a pseudo-terminal): group signals never reach it.
    package init(isOwnSession: Bool) { self.isOwnSession = isOwnSession }

    /// Signals that are blocked: all but those that cannot be, and the C library's own two.
    ///
    /// Those that faults raise too: a program may send them to its whole group (`kill(0, SIGABRT)`), and must not end
    /// its supervisor with it. A fault of our own ends us all the same, whatever is blocked (force_sig, signal.c).
    package static let blocked: UInt64 = {
        let left: [Int32] = [9, 19, 32, 33]
        return left.reduce(UInt64.max) { $0 & ~(1 << UInt64($1 - 1)) }
    }()

    /// Signals that are watched: those that are blocked, but for SIGPIPE, which our own writing raises.
    package static let watched = blocked & ~(1 << UInt64(Signals.pipe - 1))

    /// Decides about a signal that arrived, given how often it reached the guardian so far.
    package mutating func decide(_ arrival: Signals.Arrival, canaryCount: UInt32) -> Decision {
        if isOwnSession { return .forward }
        if arrival.isFromKernel { return .leave }
        let before = seen[arrival.number] ?? 0
        seen[arrival.number] = canaryCount
        return canaryCount == before ? .forward : .leave
    }
}
