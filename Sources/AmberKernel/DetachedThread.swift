import Glibc

/// A thread that nobody joins: for calls that may block for ever, on a file system that no longer answers.
package enum DetachedThread {
    /// Carries the body through pthread_create's pointer.
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread with a 512 KiB stack and every signal blocked; it ends when the body returns.
    ///
    /// Signals are blocked so that a handler of the host program never runs on it.
    ///
    /// - Parameters:
    ///   - name: At most 15 bytes, shown by `ps -L`.
    ///   - body: Runs on the new thread.
    /// - Throws: `SyscallError`: EAGAIN where the limit of threads is reached.
    package static func start(
        named name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SyscallError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 512 << 10)
        var all = sigset_t()
        var old = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &old)
        defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
        let carried = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, carried.toOpaque())
        guard code == 0 else {
            carried.release()
            throw SyscallError(call: "pthread_create", code: code, subject: name)
        }
        pthread_setname_np(thread, name)
    }

    /// Processors that this process may use, at least 1 (sched_getaffinity(2)).
    package static var processorCount: Int {
        var set = cpu_set_t()
        guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return 1 }
        return max(1, withUnsafeBytes(of: &set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } })
    }
}
