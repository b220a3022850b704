package import CLinux

/// The slots and counters that the supervisor shares with the guardian.
///
/// The kernel writes a received call's id into a slot, so that the guardian can answer it whatever happens to us.
package final class SupervisorMemory: @unchecked Sendable {
    // @unchecked: the pointer never changes; slots are owned by one thread at a time (`Answerer.free` hands them out
    // under its lock), counters are read and written by single aligned words.
    package let pointer: UnsafeMutablePointer<amber_shared>

    /// Number of calls that can be in hand at once.
    package static let slotCount = Int(AMBER_SLOTS)

    /// Maps the memory, shared with children.
    package init() throws(SyscallError) {
        guard let memory = amber_shared_create() else {
            throw SyscallError(call: "mmap", code: Errno.noSpace, subject: "memory shared with the guardian")
        }
        pointer = memory
    }

    deinit { amber_shared_destroy(pointer) }

    /// A slot by index, 0 to `slotCount - 1`.
    package func slot(_ index: Int) -> UnsafeMutablePointer<amber_slot> {
        let slots = UnsafeMutableRawPointer(pointer).advanced(
            by: MemoryLayout<amber_shared>.offset(of: \.slots) ?? 0)
        return slots.assumingMemoryBound(to: amber_slot.self).advanced(by: index)
    }

    /// How often a signal reached the guardian, and so the process group.
    package func canaryCount(_ signal: Int32) -> UInt32 {
        let counts = UnsafeMutableRawPointer(pointer).advanced(
            by: MemoryLayout<amber_shared>.offset(of: \.canary) ?? 0)
        return counts.assumingMemoryBound(to: UInt32.self)[Int(signal)]
    }

    /// Notes that a relay has ended, so that the guardian lets go of its descriptors.
    package func markRelayEnded(_ index: Int) { amber_mark_relay_ended(pointer, UInt32(index)) }

    /// Notes that the supervisor leaves in order; `isDrained` where no stream needs to be carried on.
    package func markFinished(isDrained: Bool) {
        pointer.pointee.is_finished = 1
        if isDrained { pointer.pointee.relays_released = 1 }
    }

    /// Calls that the guardian answered because nobody else did in time.
    package var rescuedCount: UInt32 { pointer.pointee.rescued }
}
