import CLinux

/// Facts about the process that asks.
package enum ThisProcess {
    package static var processID: Int32 { amber_getpid() }
    package static var userID: UInt32 { amber_euid() }
    package static var groupID: UInt32 { amber_egid() }
    package static var mask: UInt32 { amber_umask() }
    package static var nice: Int32 { amber_get_nice() }

    /// Supplementary groups, as getgroups(2) lists them.
    package static var groups: [UInt32] {
        var groups = [UInt32](repeating: 0, count: 65536)
        let count = amber_get_groups(&groups, 65536)
        return Array(groups.prefix(max(Int(count), 0)))
    }

    /// The name that /etc/passwd gives a user.
    package static func userName(_ userID: UInt32) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard amber_user_name(userID, &buffer, 256) == 0, buffer[0] != 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The environment, entries as `KEY=value`.
    package static var environment: [[UInt8]] {
        var entries: [[UInt8]] = []
        var position = amber_environment()
        while let entry = position.pointee {
            entries.append(
                Array(
                    UnsafeBufferPointer(start: entry, count: length(of: entry)).map { UInt8(bitPattern: $0) })
            )
            position += 1
        }
        return entries
    }

    private static func length(of string: UnsafePointer<CChar>) -> Int {
        var length = 0
        while string[length] != 0 { length += 1 }
        return length
    }

    /// The value of an environment variable.
    package static func variable(_ name: String) -> String? {
        let prefix = Array((name + "=").utf8)
        guard let entry = environment.first(where: { $0.starts(with: prefix) }) else { return nil }
        return String(decoding: entry.dropFirst(prefix.count), as: UTF8.self)
    }

    /// The limits of setrlimit(2), resource number with soft and hard value.
    package static var limits: [(resource: Int32, soft: UInt64, hard: UInt64)] {
        (Int32(0)..<16).compactMap { resource in
            var soft: UInt64 = 0
            var hard: UInt64 = 0
            return amber_get_limit(resource, &soft, &hard) == 0 ? (resource, soft, hard) : nil
        }
    }

    /// Sets a limit of this process; a refusal changes nothing.
    package static func setLimit(resource: Int32, soft: UInt64, hard: UInt64) {
        _ = amber_set_limit(resource, soft, hard)
    }

    /// Tells whether this process has CAP_SYS_ADMIN, bit 21 of capabilities(7).
    package static var hasAdministratorCapability: Bool { amber_has_capability(21) == 1 }

    /// Tells whether no program that this process executes can gain rights (PR_GET_NO_NEW_PRIVS, prctl(2)).
    package static var hasNoNewPrivileges: Bool { amber_has_no_new_privileges() == 1 }

    /// Keeps the allocator small: a supervisor of a production run must not grow.
    package static func limitMemory() { amber_limit_arenas() }

    /// Two descriptors of this process are one open file description (kcmp(2)).
    package static func isSameFile(_ left: Int32, _ right: Int32) -> Bool {
        amber_same_file(left, right) == 0
    }

    /// Leaves without running anything else.
    package static func exit(_ code: Int32) -> Never { amber_exit(code) }

    /// Becomes another program; returns only where that failed, with errno.
    package static func become(
        _ path: KernelPath, arguments: [KernelPath], environment: [KernelPath]
    ) -> Int32 {
        let arena = CArena()
        let argv = UnsafeMutableRawPointer(mutating: arena.vector(arguments)).assumingMemoryBound(
            to: UnsafeMutablePointer<CChar>?.self)
        let envp = UnsafeMutableRawPointer(mutating: arena.vector(environment)).assumingMemoryBound(
            to: UnsafeMutablePointer<CChar>?.self)
        return -amber_execve(path.terminated, argv, envp)
    }
}

extension ThisProcess {
    /// The arguments as the kernel passed them: `CommandLine.arguments` repairs what is not UTF-8, and so changes it.
    package static var arguments: [[UInt8]] {
        (0..<Int(CommandLine.argc)).compactMap { index in
            CommandLine.unsafeArgv[index].map { argument in
                Array(
                    UnsafeBufferPointer(start: argument, count: length(of: argument)).map {
                        UInt8(bitPattern: $0)
                    })
            }
        }
    }

    /// Writes to a descriptor; a closed or full one is nobody's concern here.
    package static func say(_ text: String, on descriptor: Int32 = 2) {
        try? Files.writeAll(descriptor, Array(text.utf8))
    }
}
