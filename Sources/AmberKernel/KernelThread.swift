import CLinux

/// A thread of its own for calls that block; the cooperative pool is never blocked.
package final class KernelThread: Sendable {
    private let handle: UInt64

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread; `name` is cut at 15 bytes. Signals are blocked as in the caller.
    package init(_ name: String, _ run: @escaping @Sendable () -> Void) throws(SyscallError) {
        var handle: UInt64 = 0
        let context = Unmanaged.passRetained(Body(run)).toOpaque()
        let result = amber_thread_start(
            name, { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }, context, &handle)
        if result != 0 {
            Unmanaged<Body>.fromOpaque(context).release()
            throw SyscallError(call: "pthread_create", code: -result, subject: name)
        }
        self.handle = handle
    }

    /// Waits for the thread to end; call once.
    package func join() { _ = amber_thread_join(handle) }
}
