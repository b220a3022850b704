import CLinux

/// Signals of this process (signal(7)).
package enum Signals {
    package static let hangup: Int32 = 1
    package static let interrupt: Int32 = 2
    package static let quit: Int32 = 3
    package static let abort: Int32 = 6
    package static let kill: Int32 = 9
    package static let pipe: Int32 = 13
    package static let terminate: Int32 = 15
    package static let child: Int32 = 17
    package static let `continue`: Int32 = 18
    package static let stop: Int32 = 19
    package static let windowChange: Int32 = 28

    /// A signal that arrived.
    package struct Arrival: Hashable, Sendable {
        /// Its number.
        package var number: Int32
        /// True where the kernel itself sent it: the terminal, a limit (SI_KERNEL).
        package var isFromKernel: Bool
        /// Who sent it; 0 for a process outside our pid namespace.
        package var sender: Int32
    }

    /// A set of signals as the kernel takes it, bit n-1 for signal n; numbers that are no signal's are left out.
    package static func mask(_ numbers: [Int32]) -> UInt64 {
        numbers.reduce(0) { (1...64).contains($1) ? $0 | 1 << UInt64($1 - 1) : $0 }
    }

    /// Blocks these signals (bit n-1 for signal n) for this thread and those it starts.
    ///
    /// - Returns: The mask as it was.
    @discardableResult
    package static func block(_ mask: UInt64) -> UInt64 {
        var before: UInt64 = 0
        _ = amber_block_signals(mask, &before)
        return before
    }

    /// A descriptor that reads blocked signals (signalfd(2)).
    package static func descriptor(_ mask: UInt64) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try check("signalfd", on: "signals") { amber_signalfd(mask) })
    }

    /// The next signal that arrived; nil where none is waiting.
    package static func next(from number: Int32) -> Arrival? {
        var raw = amber_signal()
        guard amber_read_signal(number, &raw) == 0 else { return nil }
        return Arrival(number: raw.number, isFromKernel: raw.code == 128, sender: raw.sender)
    }

    /// The signals that are ignored, bit n-1 for signal n.
    package static var ignored: UInt64 { amber_ignored_signals() }

    /// Sends a signal to a process; a negative number means a group. ESRCH and EPERM are not reported.
    package static func send(_ signal: Int32, to processID: Int32) { _ = amber_kill(processID, signal) }

    /// Gives a signal its default action again.
    package static func restoreDefault(_ signal: Int32) { _ = amber_default_action(signal) }

    /// Ignores a signal in this process.
    package static func ignore(_ signal: Int32) { _ = amber_ignore(signal) }
}
