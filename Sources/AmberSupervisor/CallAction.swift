/// What a notified call does, as far as the supervisor treats calls alike.
package enum CallAction: UInt8, Sendable {
    /// open, openat, openat2, creat.
    case open
    /// execve, execveat.
    case execute
    /// unlink, unlinkat, rmdir.
    case remove
    /// rename, renameat, renameat2.
    case rename
    /// truncate.
    case truncate
    /// link, linkat: the first path exists, the second is made.
    case link
    /// symlink, symlinkat: the first path is text, the second is made.
    case symlink
    /// mkdir, mknod and their like.
    case make
    /// chmod, chown, utimens, xattr.
    case attribute
    /// mount, umount2, move_mount, pivot_root, chroot, setns, unshare: paths may mean something else from now on.
    case namespace
    /// connect.
    case connect
    /// sendto with an address.
    case send
    /// bind.
    case bind
    /// io_uring_setup: answered ENOSYS, because what a ring does is never notified.
    case ring
    /// The early call of a C library after each exec: arch_prctl(ARCH_SET_FS).
    case started
    /// exit_group.
    case exit
    /// seccomp with a listener of its own.
    case listener
    /// prctl(PR_GET_SECCOMP): our filter is nobody's business.
    case filterMode
    /// A call that looks at standard input; a read of a random device too, which its descriptor tells.
    case standardInput
    /// getpeername, getsockname.
    case socketName
    /// recvfrom with an address, recvmsg, recvmmsg.
    case receive
    /// A call that asks for the time, for random bytes or for what the machine is; its name says which.
    case world

    /// Tells whether the call may change the file tree, so that what it changes must be kept first.
    var mayChangeTree: Bool {
        switch self {
        case .remove, .rename, .truncate, .link, .symlink, .make, .attribute, .bind: true
        case .open, .execute, .namespace, .connect, .send, .ring, .started, .exit, .listener, .filterMode,
            .standardInput,
            .socketName, .receive, .world:
            false
        }
    }
}
