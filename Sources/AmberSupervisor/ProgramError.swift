package import AmberKernel

/// Why a program could not be started under supervision.
package enum ProgramError: Error, Sendable {
    /// A step before the exec failed.
    case stepFailed(SpawnedChild.Failure)
    /// The exec itself failed: errno.
    case execFailed(Int32)
    /// The filter could not be installed: errno; EBUSY where another listener is above us.
    case filterRefused(Int32)
    /// The kernel refused something that supervision needs.
    case kernel(SyscallError)
}
