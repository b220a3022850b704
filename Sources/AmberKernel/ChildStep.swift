/// One thing that a child does between clone and exec; a list of them is a plan that can be printed and compared.
///
/// Carried out by `CLinux/spawn.c`, in order, until the first that fails. Steps marked "may be refused" go on.
package enum ChildStep: Hashable, Sendable {
    /// close(2).
    case close(Int32)
    /// dup2(2); equal numbers only lose their close-on-exec flag.
    case duplicate(Int32, to: Int32)
    /// setsid(2).
    case newSession
    /// tcsetpgrp(3): the child's own group becomes the foreground group of a terminal.
    case foreground(Int32)
    /// Forks: the process so far leads the session and reports over this socket, its child goes on; `SessionLeader`.
    case leader(Int32)
    /// Makes a terminal the session's controlling one.
    case controllingTerminal(Int32)
    /// chdir(2).
    case changeDirectory(KernelPath)
    /// umask(2).
    case mask(UInt32)
    /// setrlimit(2), as far as the hard limit allows.
    case limit(resource: Int32, soft: UInt64, hard: UInt64)
    /// setpriority(2); may be refused.
    case nice(Int32)
    /// setgroups(2); may be refused.
    case groups([UInt32])
    /// setresgid(2).
    case group(UInt32)
    /// setresuid(2).
    case user(UInt32)
    /// Ignores a signal.
    case ignore(Int32)
    /// Sets every signal to its default.
    case defaultSignals
    /// Sets the blocked signals, bit n-1 for signal n.
    case blockedSignals(UInt64)
    /// unshare(2).
    case unshare(UInt64)
    /// Writes text to a file that exists.
    case write(KernelPath, text: String, mayBeRefused: Bool)
    /// Waits for a byte.
    case await(Int32)
    /// Sends a byte.
    case signal(Int32)
    /// mount(2).
    case mount(
        source: KernelPath?, target: KernelPath, type: String?, flags: UInt64, data: String?,
        mayBeRefused: Bool)
    /// mkdir(2), unless it is there.
    case makeDirectory(KernelPath, mode: UInt32)
    /// An empty file, unless it is there.
    case touch(KernelPath)
    /// symlink(2), unless it is there.
    case symlink(target: String, KernelPath)
    /// pivot_root(2).
    case pivot(KernelPath)
    /// sethostname(2).
    case hostName(String)
    /// Brings the loopback interface up.
    case loopback
    /// Makes every IPv4 and IPv6 address one of the loopback interface's own, and gives it an address of each family that
    /// names shall be looked up for; may be refused.
    case localRoutes(hasVersion6: Bool)
    /// setns(2): joins the namespace of a descriptor, of this CLONE_NEW* type.
    case enter(Int32, type: UInt64)
    /// Stays and serves requests for sockets on this one; the last step of a door's child.
    case door(Int32)
    /// Stays and copies between pairs of sockets until they have ended; the last step of a pump's child.
    case pump([Int32])
    /// PR_SET_NO_NEW_PRIVS.
    case noNewPrivileges
    /// mount_setattr(2): every mount of the namespace becomes read-only, and set-id programs lose their powers.
    case readOnlyMounts
    /// PR_SET_PDEATHSIG.
    case deathSignal(Int32)
    /// PR_SET_DUMPABLE.
    case dumpable(Bool)
    /// Opens a file, close-on-exec, under a number that the parent has reserved; a refusal gives /dev/null.
    case open(KernelPath, number: Int32, flags: Int32)
    /// Gives children a time namespace of their own, offsets in nanoseconds; may be refused (time_namespaces(7)).
    case timeOffsets(monotonic: Int64, boottime: Int64)
    /// Forks: the parent stays as process 1 of its pid namespace and reports to the descriptor, the child goes on.
    /// `steering` is a socket on which `PidSteering` asks for pids, and ns_last_pid, open; nil for none.
    case initialize(childID: Int32, report: Int32, steering: Steering? = nil)
    /// Installs a seccomp filter and sends its listener over a socket.
    case filter(SeccompProgram, socket: Int32)
    /// Marks every descriptor above 2 close-on-exec.
    case keepStandardDescriptors
    /// execve(2); `shellArguments` serve a script without `#!`, as execvp(3) does.
    case execute(KernelPath, arguments: [KernelPath], environment: [KernelPath])

    /// What process 1 of a pid namespace needs to choose its children's pids.
    package struct Steering: Hashable, Sendable {
        /// A socket: pids come in, an acknowledgement goes out.
        package var socket: Int32
        /// `/proc/sys/kernel/ns_last_pid`, open for writing.
        package var lastPid: Int32

        package init(socket: Int32, lastPid: Int32) {
            self.socket = socket
            self.lastPid = lastPid
        }
    }
}
