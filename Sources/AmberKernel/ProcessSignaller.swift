import CLinux

/// Signals one process, and never one that took its pid (pidfd_send_signal(2), Linux 5.1).
package struct ProcessSignaller: ~Copyable, Sendable {
    private let process: OwnedDescriptor

    /// Duplicates a pidfd.
    package init(_ number: Int32) throws(SyscallError) { process = try Files.duplicate(number) }

    /// Sends a signal; a process that is gone is not reported.
    package func send(_ signal: Int32) { _ = amber_pidfd_send_signal(process.number, signal) }
}
