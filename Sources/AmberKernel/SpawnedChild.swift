import CLinux

/// A child process that was started from a list of steps.
package struct SpawnedChild: ~Copyable, Sendable {
    /// Its pid as we see it; not reused before it is waited for.
    package let processID: Int32
    /// Its pidfd, readable once it has ended (pidfd_open(2), Linux 5.3).
    package let descriptor: OwnedDescriptor
    private let steps: [ChildStep]
    private let report: OwnedDescriptor

    /// A step that a child could not take.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// The step.
        package let step: ChildStep
        /// errno.
        package let code: Int32
        package var description: String { "\(step): \(Errno.text(of: code))" }
    }

    /// Starts a child in new namespaces (CLONE_NEW*), or in ours.
    ///
    /// - Throws: `SyscallError` where clone3(2) or pipe2(2) refuses; failures of steps come from `awaitExec()`.
    package init(steps: [ChildStep], namespaces: UInt64 = 0) throws(SyscallError) {
        let pipe = try Pipe()
        let arena = CArena()
        let encoded = steps.map { $0.encoded(in: arena) }
        var pidfd: Int32 = -1
        processID = try check("clone3", on: "child") {
            amber_spawn(encoded, Int32(encoded.count), namespaces, pipe.writeEnd.number, &pidfd)
        }
        withExtendedLifetime(arena) {}
        descriptor = OwnedDescriptor(adopting: pidfd)
        self.steps = steps
        report = pipe.takeReadEnd()
    }

    /// Waits until the program runs, or a step has failed.
    ///
    /// - Throws: `Failure` with the step.
    package func awaitExec() throws(Failure) {
        var failure = amber_step_failure()
        let size = MemoryLayout<amber_step_failure>.size
        let count = withUnsafeMutableBytes(of: &failure) { buffer -> Int in
            (try? Files.read(report.number, into: buffer)) ?? 0
        }
        guard count == size else { return }
        throw Failure(step: steps[Int(failure.step)], code: failure.error)
    }

    /// Sends a signal to the process, never to one that took its pid.
    package func send(_ signal: Int32) throws(SyscallError) {
        _ = try check("pidfd_send_signal", on: "pid \(processID)") {
            amber_pidfd_send_signal(descriptor.number, signal)
        }
    }

    /// Ends a child that nobody wants any more, and waits for its end.
    package func abandon() {
        try? send(Signals.kill)
        var state = amber_child_state()
        _ = amber_wait_change(processID, 0, &state)
    }

    /// What happened to the child since the last call; nil where nothing did.
    package func nextState() -> ChildState? {
        var raw = amber_child_state()
        guard amber_wait_child(processID, &raw) == 0, raw.pid != 0 else { return nil }
        return ChildState(raw)
    }
}
