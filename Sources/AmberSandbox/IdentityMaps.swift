package import AmberKernel

/// Writes a child's id maps from outside, where the right to do so is.
package enum IdentityMaps {
    /// Writes setgroups, gid_map and uid_map of a process that waits in its new user namespace.
    ///
    /// - Throws: `SyscallError`: EPERM where this user may not map these ids.
    package static func write(_ identity: SandboxIdentity, for processID: Int32) throws(SyscallError) {
        if identity.isSingle { try write("deny", to: "/proc/\(processID)/setgroups") }
        try write(identity.groupMap.map(\.line).joined(), to: "/proc/\(processID)/gid_map")
        try write(identity.userMap.map(\.line).joined(), to: "/proc/\(processID)/uid_map")
    }

    private static func write(_ text: String, to path: String) throws(SyscallError) {
        let file = try Files.open(KernelPath(path), Files.Flag.writeOnly)
        // One write(2): the kernel takes a map whole or not at all.
        try Files.writeAll(file.number, Array(text.utf8))
    }
}
