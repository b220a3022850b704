import CLinux

/// An eventfd(2): one thread wakes another that polls.
package struct EventCounter: ~Copyable, Sendable {
    /// Readable after `signal()` until `drain()`.
    package let descriptor: OwnedDescriptor

    /// Makes a counter at zero.
    package init() throws(SyscallError) {
        descriptor = OwnedDescriptor(adopting: try check("eventfd", on: "counter") { amber_eventfd() })
    }

    /// Wakes whoever polls.
    package func signal() {
        var one: UInt64 = 1
        _ = amber_write(descriptor.number, &one, 8)
    }

    /// Sets the counter back to zero.
    package func drain() {
        var count: UInt64 = 0
        _ = amber_read(descriptor.number, &count, 8)
    }
}
