import CLinux

/// The leader of the session that a program on a terminal of its own lives in; see `run_leader` in `spawn.c`.
///
/// It waits for the program in our place, and stays until this value is gone.
package final class SessionLeader: Sendable {
    /// The program's pid.
    package let processID: Int32
    private let socket: OwnedDescriptor
    private let program: OwnedDescriptor

    /// What the leader tells.
    package enum Report: Sendable {
        /// The program changed.
        case state(ChildState)
        /// The leader is gone, and what became of the program is not known.
        case lost
    }

    /// Takes over the socket whose other side went into `ChildStep.leader`, and waits for the program's pid.
    ///
    /// - Throws: `SyscallError`: ECANCELED where the leader ended before it had a child.
    package init(socket: consuming OwnedDescriptor) throws(SyscallError) {
        guard let first = Self.receive(socket.number) else {
            throw SyscallError(call: "recv", code: Errno.cancelled, subject: "session leader")
        }
        processID = first.pid
        program = OwnedDescriptor(
            adopting: try check("pidfd_open", on: "pid \(first.pid)") { amber_pidfd_open(first.pid) })
        self.socket = socket
    }

    /// The descriptor that is readable when there is something to tell.
    package var number: Int32 { socket.number }

    /// The next change; nil where nothing happened.
    package func next() -> Report? {
        guard Poll.isReadable(socket.number) else { return nil }
        guard let raw = Self.receive(socket.number) else { return .lost }
        return .state(ChildState(raw))
    }

    /// Sends a signal to the program, never to one that took its pid.
    package func send(_ signal: Int32) throws(SyscallError) {
        _ = try check("pidfd_send_signal", on: "pid \(processID)") {
            amber_pidfd_send_signal(program.number, signal)
        }
    }

    private static func receive(_ number: Int32) -> amber_child_state? {
        var state = amber_child_state()
        let count = withUnsafeMutableBytes(of: &state) { buffer -> Int in
            (try? Files.read(number, into: buffer)) ?? 0
        }
        return count == MemoryLayout<amber_child_state>.size ? state : nil
    }
}
