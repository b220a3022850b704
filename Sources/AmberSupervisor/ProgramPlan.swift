package import AmberKernel

/// What is started: the program, and the steps before it.
package struct ProgramPlan: Sendable {
    /// CLONE_NEW* of the child.
    package var namespaces: UInt64 = 0
    /// Steps before the streams are connected: namespaces, mounts, identity. They may fork (`.initialize`).
    package var prologue: [ChildStep] = []
    /// Steps after the streams are connected: working directory, masks, limits.
    package var epilogue: [ChildStep] = []
    /// The executable, a path in the program's own root.
    package var executable: KernelPath
    /// argv.
    package var arguments: [KernelPath]
    /// envp.
    package var environment: [KernelPath]
    /// Signals that are blocked when the program starts, bit n-1 for signal n.
    package var blockedSignals: UInt64 = 0
    /// Signals that are ignored when the program starts.
    package var ignoredSignals: UInt64 = 0
    /// Ends the run after this many nanoseconds; nil never does.
    package var timeLimit: Int64?
    /// Calls that are notified beyond those on files, processes and peers.
    package var uses: SyscallTable.Uses = []
    /// Called with the child's pid right after the clone, while it waits: writes its id maps.
    package var afterClone: (@Sendable (Int32) throws(SyscallError) -> Void)?
    /// Where init reports the program's end, for programs in a pid namespace: the end that is read here.
    package var initReport: Int32?
    /// Makes the plan of a program without steps of its own.
    ///
    /// Descriptors that steps use are close-on-exec: the program inherits its streams alone.
    package init(executable: KernelPath, arguments: [KernelPath], environment: [KernelPath]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }
}
