import CLinux

/// An epoll(7) instance: many descriptors waited for at once, each with a token of the caller's.
package struct EventQueue: ~Copyable, Sendable {
    /// What may happen to a descriptor (epoll_ctl(2)); level-triggered.
    package struct Readiness: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let readable = Readiness(rawValue: 1)
        /// Urgent data (tcp(7)).
        package static let urgent = Readiness(rawValue: 2)
        package static let writable = Readiness(rawValue: 4)
        package static let failed = Readiness(rawValue: 8)
        package static let hungUp = Readiness(rawValue: 16)
    }

    /// One descriptor that is ready.
    package struct Event: Hashable, Sendable {
        package var token: UInt64
        package var readiness: Readiness
    }

    private let descriptor: OwnedDescriptor

    /// Makes an empty queue.
    package init() throws(SyscallError) {
        descriptor = OwnedDescriptor(adopting: try check("epoll_create1", on: "queue") { amber_epoll() })
    }

    /// Waits for a descriptor from now on; failures and hang-ups are always told.
    package func add(_ number: Int32, _ readiness: Readiness, token: UInt64) throws(SyscallError) {
        _ = try check("epoll_ctl", on: "descriptor \(number)") {
            amber_epoll_control(descriptor.number, 1, number, readiness.rawValue, token)
        }
    }

    /// Changes what is waited for.
    package func change(_ number: Int32, _ readiness: Readiness, token: UInt64) {
        _ = amber_epoll_control(descriptor.number, 3, number, readiness.rawValue, token)
    }

    /// Forgets a descriptor; needed before one is closed that has duplicates.
    package func remove(_ number: Int32) { _ = amber_epoll_control(descriptor.number, 2, number, 0, 0) }

    /// Waits until something is ready, or `milliseconds` have passed; negative waits for ever.
    ///
    /// - Returns: At most 64 events; none also when a signal came.
    package func wait(milliseconds: Int32) -> [Event] {
        withUnsafeTemporaryAllocation(of: amber_event.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress else { return [] }
            let count = amber_epoll_wait(descriptor.number, base, 64, milliseconds)
            guard count > 0 else { return [] }
            return (0..<Int(count)).map {
                Event(token: buffer[$0].token, readiness: Readiness(rawValue: buffer[$0].events))
            }
        }
    }
}
