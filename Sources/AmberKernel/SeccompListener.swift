import CLinux

/// The listener of a seccomp filter (seccomp_unotify(2), Linux 5.0; CONTINUE 5.5).
package struct SeccompListener: ~Copyable, Sendable {
    /// The listener's descriptor.
    package let descriptor: OwnedDescriptor
    /// True where the kernel wakes the other side on the same CPU (6.6): a call then costs 12 µs, not 180.
    package let hasSyncWake: Bool

    /// Takes over a listener.
    package init(_ descriptor: consuming OwnedDescriptor) {
        hasSyncWake = amber_listener_sync_wake(descriptor.number) == 0
        self.descriptor = descriptor
    }
}

/// A listener's descriptor, borrowed by the threads that serve it.
package struct BorrowedListener: Sendable {
    /// The number; its owner outlives the threads.
    package let number: Int32
    private let memory: SupervisorMemory

    /// Borrows a listener.
    package init(_ listener: borrowing SeccompListener, memory: SupervisorMemory) {
        number = listener.descriptor.number
        self.memory = memory
    }

    /// Waits for a call; false when `stop` is readable or the last process behind the filter is gone.
    package func wait(stop: Int32) -> Bool { amber_listener_wait(number, stop) == 1 }

    /// Waits for the next call and receives it into a slot.
    ///
    /// - Returns: False where the caller died meanwhile: the slot is empty, receive again.
    package func receive(into slot: Int) -> Bool {
        guard amber_listener_receive(number, memory.slot(slot)) == 0 else { return false }
        memory.pointer.pointee.received &+= 1
        return true
    }

    /// Lets a call go on, or makes it fail with `error`; the slot is free afterwards. A caller that died is no error.
    package func answer(_ slot: Int, error: Int32 = 0) {
        _ = amber_listener_answer(number, memory.slot(slot), error)
    }

    /// Makes a call return a value without being carried out; the slot is free afterwards.
    package func answer(_ slot: Int, value: Int64) {
        _ = amber_listener_return(number, memory.slot(slot), value)
    }

    /// Keeps the guardian from taking a call that is held on purpose for a forgotten one: once a second is enough.
    package func refresh(_ slot: Int) { amber_slot_refresh(memory.slot(slot)) }

    /// Gives the caller a descriptor of ours under a number of its own; its call still waits.
    ///
    /// - Throws: `SyscallError`: EBADF where the number is beyond its limit, ENOENT where it is gone.
    package func give(
        _ slot: Int, descriptor: Int32, as wanted: Int32, closesOnExec: Bool
    ) throws(SyscallError) {
        _ = try check("seccomp_notify_addfd", on: "descriptor \(wanted)") {
            amber_listener_add_descriptor(
                number, memory.slot(slot).pointee.call.id, descriptor, wanted, closesOnExec ? 1 : 0)
        }
    }

    /// The call in a slot.
    package func call(_ slot: Int) -> RawCall {
        let raw = memory.slot(slot).pointee.call
        let data = raw.data
        return RawCall(
            threadID: Int32(bitPattern: raw.pid), architecture: data.arch,
            number: UInt32(bitPattern: data.nr),
            arguments: [data.args.0, data.args.1, data.args.2, data.args.3, data.args.4, data.args.5])
    }

    /// Tells whether the caller still waits for its answer.
    package func isWaiting(_ slot: Int) -> Bool {
        amber_listener_is_valid(number, memory.slot(slot).pointee.call.id) == 0
    }
}
