import Glibc

/// A thread that nobody joins: for calls that may block for ever, on a file system that no longer answers.
package enum DetachedThread {
    /// Carries the body through pthread_create's pointer.
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        let name: String
        let isPatient: Bool
        init(_ name: String, _ isPatient: Bool, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.isPatient = isPatient
            self.run = run
        }
    }

    /// Starts a thread with a 512 KiB stack and every signal blocked; it ends when the body returns.
    ///
    /// Signals are blocked so that a handler of the host program never runs on it.
    ///
    /// - Parameters:
    ///   - name: At most 15 bytes, shown by `ps -L`.
    ///   - isPatient: Lets the threads beside it go first (setpriority(2), which on Linux is a thread's own): for
    ///     work that divides well, beside work that does not.
    ///   - body: Runs on the new thread.
    /// - Throws: `SyscallError`: EAGAIN where the limit of threads is reached.
    package static func start(
        named name: String, isPatient: Bool = false, _ body: @escaping @Sendable () -> Void
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
        let carried = Unmanaged.passRetained(Body(name, isPatient, body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                if let comm = try? Files.open("/proc/thread-self/comm", Files.Flag.writeOnly) {
                    try? Files.writeAll(comm.number, Array(body.name.utf8))
                }
                if body.isPatient {
                    let process = Int32(PRIO_PROCESS.rawValue)
                    _ = setpriority(process, 0, min(19, getpriority(process, 0) + 5))
                }
                body.run()
                return nil
            }, carried.toOpaque())
        guard code == 0 else {
            carried.release()
            throw SyscallError(call: "pthread_create", code: code, subject: name)
        }
    }

    /// Processors that are online, at least 1 (sysconf(3)).
    package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
