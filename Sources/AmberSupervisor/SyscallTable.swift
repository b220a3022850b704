package import AmberKernel

/// The calls that are notified, as data: name, shape, numbers per architecture, condition.
///
/// Numbers: arch/x86/entry/syscalls/syscall_64.tbl, syscall_32.tbl and include/uapi/asm-generic/unistd.h.
package enum SyscallTable {
    /// AUDIT_ARCH_X86_64 (linux/audit.h).
    package static let x86: UInt32 = 0xC000_003E
    /// AUDIT_ARCH_I386.
    package static let i386: UInt32 = 0x4000_0003
    /// AUDIT_ARCH_AARCH64.
    package static let arm64: UInt32 = 0xC000_00B7

    /// One row; a missing number means that the architecture has no such call.
    struct Row {
        var shape: CallShape
        var x86: UInt32?
        var i386: UInt32?
        var arm64: UInt32?
        var condition: SeccompProgram.Condition = .always

        init(
            _ shape: CallShape, _ x86: UInt32?, _ i386: UInt32?, _ arm64: UInt32?,
            _ condition: SeccompProgram.Condition = .always
        ) {
            self.shape = shape
            self.x86 = x86
            self.i386 = i386
            self.arm64 = arm64
            self.condition = condition
        }

        func number(_ architecture: UInt32) -> UInt32? {
            switch architecture {
            case SyscallTable.x86: x86
            case SyscallTable.i386: i386
            case SyscallTable.arm64: arm64
            default: nil
            }
        }
    }

    private static let newMountOrUser: UInt32 = 0x0002_0000 | 0x1000_0000  // CLONE_NEWNS, CLONE_NEWUSER

    /// Calls on files and processes.
    static let rows: [Row] =
        [
            Row(CallShape("open", .open, path: 0, flags: 1), 2, 5, nil),
            Row(CallShape("openat", .open, directory: 0, path: 1, flags: 2), 257, 295, 56),
            Row(CallShape("openat2", .open, directory: 0, path: 1, flags: 2), 437, 437, 437),
            Row(CallShape("creat", .open, path: 0), 85, 8, nil),
            Row(CallShape("execve", .execute, path: 0), 59, 11, 221),
            Row(CallShape("execveat", .execute, directory: 0, path: 1, flags: 4), 322, 358, 281),
            Row(CallShape("unlink", .remove, path: 0, isNoFollow: true), 87, 10, nil),
            Row(
                CallShape("unlinkat", .remove, directory: 0, path: 1, flags: 2, isNoFollow: true), 263, 301,
                35),
            Row(CallShape("rmdir", .remove, path: 0, isNoFollow: true), 84, 40, nil),
            Row(CallShape("rename", .rename, path: 0, second: 1, isNoFollow: true), 82, 38, nil),
            Row(renameShape("renameat"), 264, 302, 38),
            Row(renameShape("renameat2"), 316, 353, 276),
            Row(CallShape("truncate", .truncate, path: 0), 76, 92, 45),
            Row(CallShape("truncate64", .truncate, path: 0), nil, 193, nil),
            Row(CallShape("link", .link, path: 0, second: 1, isNoFollow: true), 86, 9, nil),
            Row(
                CallShape(
                    "linkat", .link, directory: 0, path: 1, secondDirectory: 2, second: 3, flags: 4,
                    isNoFollow: true),
                265, 303, 37),
            Row(CallShape("symlink", .symlink, second: 1, isNoFollow: true), 88, 83, nil),
            Row(
                CallShape("symlinkat", .symlink, secondDirectory: 1, second: 2, isNoFollow: true), 266, 304,
                36),
            Row(CallShape("mkdir", .make, path: 0, isNoFollow: true), 83, 39, nil),
            Row(CallShape("mkdirat", .make, directory: 0, path: 1, isNoFollow: true), 258, 296, 34),
            Row(CallShape("mknod", .make, path: 0, isNoFollow: true), 133, 14, nil),
            Row(CallShape("mknodat", .make, directory: 0, path: 1, isNoFollow: true), 259, 297, 33),
            Row(CallShape("exit_group", .exit), 231, 252, 94),
            // ARCH_SET_FS is 0x1002.
            Row(CallShape("arch_prctl", .started), 158, nil, nil, .argument(0, equals: 0x1002)),
            Row(CallShape("set_thread_area", .started), nil, 243, nil),
            Row(CallShape("set_tid_address", .started), nil, nil, 96),
            Row(CallShape("io_uring_setup", .ring), 425, 425, 425),
            // SECCOMP_FILTER_FLAG_NEW_LISTENER is 8.
            Row(CallShape("seccomp", .listener), 317, 354, 277, .argumentHasBits(1, 8)),
            // PR_GET_SECCOMP is 21.
            Row(CallShape("prctl", .filterMode), 157, 172, 167, .argument(0, equals: 21)),
        ] + attributes + namespaces + network

    private static func renameShape(_ name: CallShape.StaticName) -> CallShape {
        CallShape(
            name, .rename, directory: 0, path: 1, secondDirectory: 2, second: 3, flags: 4, isNoFollow: true)
    }

    private static let attributes: [Row] = [
        Row(CallShape("chmod", .attribute, path: 0), 90, 15, nil),
        Row(CallShape("fchmod", .attribute, descriptor: 0), 91, 94, 52),
        Row(CallShape("fchmodat", .attribute, directory: 0, path: 1), 268, 306, 53),
        Row(CallShape("fchmodat2", .attribute, directory: 0, path: 1), 452, 452, 452),
        Row(CallShape("chown", .attribute, path: 0), 92, 182, nil),
        Row(CallShape("chown32", .attribute, path: 0), nil, 212, nil),
        Row(CallShape("fchown", .attribute, descriptor: 0), 93, 95, 55),
        Row(CallShape("fchown32", .attribute, descriptor: 0), nil, 207, nil),
        Row(CallShape("lchown", .attribute, path: 0, isNoFollow: true), 94, 16, nil),
        Row(CallShape("lchown32", .attribute, path: 0, isNoFollow: true), nil, 198, nil),
        Row(CallShape("fchownat", .attribute, directory: 0, path: 1, isNoFollow: true), 260, 298, 54),
        Row(CallShape("utime", .attribute, path: 0), 132, 30, nil),
        Row(CallShape("utimes", .attribute, path: 0), 235, 271, nil),
        Row(CallShape("futimesat", .attribute, directory: 0, path: 1), 261, 299, nil),
        // Times of an open file (futimens(3), a NULL path) change no content, and are some servers' heartbeat.
        Row(CallShape("utimensat", .attribute, directory: 0, path: 1), 280, 320, 88, .argumentIsSet(1)),
        Row(
            CallShape("utimensat_time64", .attribute, directory: 0, path: 1), nil, 412, nil,
            .argumentIsSet(1)),
        Row(CallShape("setxattr", .attribute, path: 0), 188, 226, 5),
        Row(CallShape("lsetxattr", .attribute, path: 0, isNoFollow: true), 189, 227, 6),
        Row(CallShape("fsetxattr", .attribute, descriptor: 0), 190, 228, 7),
        Row(CallShape("removexattr", .attribute, path: 0), 197, 235, 14),
        Row(CallShape("lremovexattr", .attribute, path: 0, isNoFollow: true), 198, 236, 15),
        Row(CallShape("fremovexattr", .attribute, descriptor: 0), 199, 237, 16),
    ]

    private static let namespaces: [Row] = [
        Row(CallShape("mount", .namespace, path: 1), 165, 21, 40),
        Row(CallShape("umount2", .namespace, path: 0), 166, 52, 39),
        Row(CallShape("pivot_root", .namespace, path: 0), 155, 217, 41),
        Row(CallShape("chroot", .namespace, path: 0), 161, 61, 51),
        Row(CallShape("move_mount", .namespace), 429, 429, 429),
        Row(CallShape("setns", .namespace), 308, 346, 268),
        Row(CallShape("unshare", .namespace), 272, 310, 97, .argumentHasBits(0, newMountOrUser)),
    ]

    /// The filter for these rows, all architectures that this machine can run.
    ///
    /// The clock's rows stand first: the vDSO's stand-in makes those calls by the million.
    package static func program(feedsStandardInput: Bool, uses: Uses = []) -> SeccompProgram {
        var all = uses.contains(.clock) ? clockRows : []
        all += rows
        if uses.contains(.randomness) { all = randomnessRows + all }
        if uses.contains(.identity) { all += identityRows }
        if uses.contains(.socketNames) { all += socketNameRows }
        if feedsStandardInput { all += standardInputRows }
        return SeccompProgram(
            architectures.map { architecture in
                (
                    architecture,
                    all.compactMap { row in
                        row.number(architecture).map {
                            SeccompProgram.Rule(number: $0, condition: row.condition)
                        }
                    }
                )
            })
    }

    #if arch(x86_64)
        static let architectures = [x86, i386]
    #else
        static let architectures = [arm64]
    #endif

    /// Shapes by architecture and number.
    static let shapes: [UInt64: CallShape] = {
        var shapes: [UInt64: CallShape] = [:]
        for row in rows + standardInputRows + socketNameRows + randomnessRows + clockRows + identityRows {
            for architecture in [x86, i386, arm64] {
                guard let number = row.number(architecture) else { continue }
                shapes[UInt64(architecture) << 32 | UInt64(number)] = row.shape
            }
        }
        return shapes
    }()
}
