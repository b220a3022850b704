/// One line of uid_map or gid_map (user_namespaces(7)).
package struct IdentityMap: Hashable, Sendable {
    package var inside: UInt32
    package var outside: UInt32
    package var count: UInt32

    package init(inside: UInt32, outside: UInt32, count: UInt32) {
        self.inside = inside
        self.outside = outside
        self.count = count
    }

    /// One id stands for all: setgroups(2) must be denied before gid_map may be written.
    package var isSingle: Bool { count == 1 }

    private var line: String { "\(inside) \(outside) \(count)\n" }

    /// Writes setgroups, gid_map and uid_map of a process that waits in its new user namespace, from outside, where the
    /// right to do so is.
    ///
    /// - Throws: `SyscallError`: EPERM where this user may not map these ids.
    package static func write(
        users: [IdentityMap], groups: [IdentityMap], for processID: Int32
    ) throws(SyscallError) {
        if groups.first?.isSingle ?? false { try write("deny", to: "/proc/\(processID)/setgroups") }
        try write(groups.map(\.line).joined(), to: "/proc/\(processID)/gid_map")
        try write(users.map(\.line).joined(), to: "/proc/\(processID)/uid_map")
    }

    private static func write(_ text: String, to path: String) throws(SyscallError) {
        let file = try Files.open(KernelPath(path), Files.Flag.writeOnly)
        // One write(2): the kernel takes a map whole or not at all.
        try Files.writeAll(file.number, Array(text.utf8))
    }
}
