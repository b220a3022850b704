import CLinux

/// The process that keeps the program alive when the supervisor dies; see `CLinux/guardian.c`.
package enum Guardian {
    /// A stream that the guardian carries on, and where to.
    package struct Relay: Hashable, Sendable {
        package var from: Int32
        package var to: Int32
        package init(from: Int32, to: Int32) {
            self.from = from
            self.to = to
        }
    }

    /// Forks the guardian.
    ///
    /// - Parameters:
    ///   - memory: Shared with the guardian.
    ///   - listener: Borrowed; the guardian has its own copy afterwards.
    ///   - relays: At most four.
    ///   - control: Wakes the guardian to let go of relays that `SupervisorMemory.markRelayEnded` named.
    ///   - terminal: A terminal to set back to `settings` at the end.
    /// - Returns: Its pid; it is our child until we end.
    /// - Throws: `SyscallError`: EAGAIN or ENOMEM of clone(2).
    package static func start(
        memory: SupervisorMemory, listener: borrowing SeccompListener, relays: [Relay],
        control: borrowing EventCounter, terminal: (number: Int32, settings: TerminalSettings)? = nil
    ) throws(SyscallError) -> Int32 {
        let own = amber_getpid()
        let pidfd = OwnedDescriptor(
            adopting: try check("pidfd_open", on: "pid \(own)") { amber_pidfd_open(own) })
        var plan = amber_guardian_plan()
        plan.shared = memory.pointer
        plan.listener = listener.descriptor.number
        plan.supervisor = pidfd.number
        plan.control = control.descriptor.number
        plan.relay_count = Int32(min(relays.count, 4))
        plan.terminal = -1
        withUnsafeMutableBytes(of: &plan.relays) { raw in
            let items = raw.assumingMemoryBound(to: amber_relay.self)
            for (index, relay) in relays.prefix(4).enumerated() {
                items[index] = amber_relay(from: relay.from, to: relay.to)
            }
        }
        if let terminal {
            plan.terminal = terminal.number
            withUnsafeMutableBytes(of: &plan.termios) { $0.copyBytes(from: terminal.settings.bytes) }
        }
        return try check("clone", on: "guardian") { amber_guardian_start(&plan) }
    }

    /// Ends a guardian whose program has never run, and waits for its end.
    package static func end(_ processID: Int32) {
        Signals.send(Signals.kill, to: processID)
        var state = amber_child_state()
        _ = amber_wait_change(processID, 0, &state)
    }
}
