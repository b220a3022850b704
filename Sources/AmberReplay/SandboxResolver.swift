import AmberKernel
import AmberSupervisor

/// Resolves paths as a process in the sandbox sees them; a class because a resolver cannot be copied.
final class SandboxResolver {
    var resolver: PathResolver

    /// Takes the root directory of a thread that has called: only then the sandbox's root can be opened.
    init(root threadID: Int32) throws(SyscallError) {
        resolver = PathResolver(root: try Self.openRoot(of: threadID))
    }

    /// Opens a thread's root directory.
    static func openRoot(of threadID: Int32) throws(SyscallError) -> OwnedDescriptor {
        try Files.open(KernelPath("/proc/\(threadID)/root"), Files.Flag.path | Files.Flag.directory)
    }
}
