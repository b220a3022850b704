import AmberKernel
import AmberSandbox
import AmberSupervisor

/// Tries, on this machine, what capture and replay need of the kernel.
public enum SandboxProbe {
    /// The result of one try.
    public struct Finding: Sendable, Hashable, Codable {
        /// What was tried.
        public var feature: String
        /// What needs it: `capture`, `replay`, or both.
        public var neededFor: String
        /// True where it works.
        public var isAvailable: Bool
        /// What was found, or why it does not work.
        public var detail: String
        /// What gives it; nil where it works.
        public var remedy: String?

        /// Makes a finding.
        public init(
            feature: String, neededFor: String, isAvailable: Bool, detail: String, remedy: String? = nil
        ) {
            self.feature = feature
            self.neededFor = neededFor
            self.isAvailable = isAvailable
            self.detail = detail
            self.remedy = remedy
        }
    }

    /// Tries everything; takes a few milliseconds and leaves nothing behind.
    public static func run() -> [Finding] {
        [listener(), memory(), userNamespaces(), overlay(), processFiles(), network(), chosenPID()]
    }

    private static let user: UInt64 = 0x1000_0000
    private static let mounts: UInt64 = 0x0002_0000
    private static let processes: UInt64 = 0x2000_0000
    private static let networks: UInt64 = 0x4000_0000

    private static func listener() -> Finding {
        let name = "seccomp user notification"
        guard let socket = try? Pipe(sockets: ()) else {
            return Finding(
                feature: name, neededFor: "capture, replay", isAvailable: false, detail: "no socket")
        }
        var steps: [ChildStep] = ThisProcess.hasAdministratorCapability ? [] : [.noNewPrivileges]
        // A filter without rules: nobody would answer the calls of a real one.
        steps.append(.filter(SeccompProgram([]), socket: socket.writeEnd.number))
        if let failure = attempt(steps, 0) {
            return Finding(
                feature: name, neededFor: "capture, replay", isAvailable: false, detail: failure.text,
                remedy: failure.code == Errno.busy
                    ? "Another listener is in force: run Amber outside of it (not under `amber capture` itself)."
                    : "In a container, allow the seccomp system call (Docker's default profile does); Linux 5.5 or later."
            )
        }
        let isFast = try? isFast(socket.readEnd.number)
        return Finding(
            feature: name, neededFor: "capture, replay", isAvailable: true,
            detail: isFast ?? false
                ? "with wake-ups on the same processor" : "slow wake-ups (before Linux 6.6)")
    }

    private static func isFast(_ socket: Int32) throws(SyscallError) -> Bool {
        SeccompListener(try Pipe.receiveDescriptor(from: socket)).hasSyncWake
    }

    private static func memory() -> Finding {
        let scope = (try? Files.contents("/proc/sys/kernel/yama/ptrace_scope", limit: 16)) ?? []
        let value = Int(String(decoding: scope.filter { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self)) ?? 0
        let isAllowed = value < 2 || ThisProcess.userID == 0
        return Finding(
            feature: "reading a program's memory", neededFor: "capture, replay", isAvailable: isAllowed,
            detail: scope.isEmpty ? "no Yama" : "kernel.yama.ptrace_scope is \(value)",
            remedy: isAllowed ? nil : "sysctl kernel.yama.ptrace_scope=1, or give Amber CAP_SYS_PTRACE.")
    }

    private static func userNamespaces() -> Finding {
        let failure = attempt([], user)
        return Finding(
            feature: "user namespaces", neededFor: "replay", isAvailable: failure == nil,
            detail: failure?.text ?? "available",
            remedy: failure.map { _ in
                "sysctl user.max_user_namespaces=10000; on Debian 10 kernel.unprivileged_userns_clone=1; on Ubuntu 24 "
                    + "kernel.apparmor_restrict_unprivileged_userns=0 or an AppArmor profile; in Docker --security-opt seccomp=unconfined."
            })
    }

    private static func overlay() -> Finding {
        let steps: [ChildStep] = [
            .mount(
                source: nil, target: "/", type: nil, flags: 16384 | 1 << 18, data: nil, mayBeRefused: false),
            .mount(source: "tmpfs", target: "/tmp", type: "tmpfs", flags: 0, data: nil, mayBeRefused: false),
            .makeDirectory("/tmp/l", mode: 0o755), .makeDirectory("/tmp/u", mode: 0o755),
            .makeDirectory("/tmp/w", mode: 0o755), .makeDirectory("/tmp/m", mode: 0o755),
            .mount(
                source: "overlay", target: "/tmp/m", type: "overlay", flags: 0,
                data: "lowerdir=/tmp/l,upperdir=/tmp/u,workdir=/tmp/w,userxattr", mayBeRefused: false),
        ]
        let failure = attempt(steps, user | mounts)
        return Finding(
            feature: "overlayfs in user namespaces", neededFor: "replay", isAvailable: failure == nil,
            detail: failure?.text ?? "available",
            remedy: failure.map { _ in "Linux 5.11 or later; modprobe overlay." })
    }

    private static func processFiles() -> Finding {
        let steps: [ChildStep] = [
            .mount(
                source: nil, target: "/", type: nil, flags: 16384 | 1 << 18, data: nil, mayBeRefused: false),
            .mount(source: "proc", target: "/proc", type: "proc", flags: 0, data: nil, mayBeRefused: false),
        ]
        let failure = attempt(steps, user | mounts | processes)
        return Finding(
            feature: "a fresh /proc", neededFor: "replay", isAvailable: failure == nil,
            detail: failure?.text ?? "available",
            remedy: failure.map { _ in "In Docker: --security-opt systempaths=unconfined." })
    }

    private static func network() -> Finding {
        let failure = attempt([.loopback], user | networks)
        return Finding(
            feature: "a network of its own", neededFor: "replay", isAvailable: failure == nil,
            detail: failure?.text ?? "available",
            remedy: failure.map { _ in "sysctl user.max_net_namespaces=10000." })
    }

    private static func chosenPID() -> Finding {
        guard let pipe = try? Pipe() else {
            return Finding(
                feature: "recorded pids", neededFor: "replay", isAvailable: false, detail: "no pipe")
        }
        // The step itself forgives a refusal, so that a replay goes on with another pid: only namespaces are tried.
        let failure = attempt([.initialize(childID: 4242, report: pipe.writeEnd.number)], user | processes)
        return Finding(
            feature: "recorded pids", neededFor: "replay", isAvailable: failure == nil,
            detail: failure?.text ?? "by clone3(2), Linux 5.5",
            remedy: failure.map { _ in "Linux 5.5 or later." })
    }

    /// What the kernel said to an attempt.
    private struct Refusal {
        var text: String
        /// errno.
        var code: Int32
    }

    /// Takes steps in a child; nil where all of them worked.
    private static func attempt(_ steps: [ChildStep], _ namespaces: UInt64) -> Refusal? {
        do {
            let mapped = try Pipe()
            var all = steps
            if namespaces & user != 0 { all.insert(.await(mapped.readEnd.number), at: 0) }
            let child = try SpawnedChild(steps: all, namespaces: namespaces)
            if namespaces & user != 0 {
                let identity = SandboxIdentity.single(
                    user: ThisProcess.userID, group: ThisProcess.groupID, callerUser: ThisProcess.userID,
                    callerGroup: ThisProcess.groupID)
                try identity.map(child.processID)
                try Files.writeAll(mapped.writeEnd.number, [1])
            }
            defer { _ = child.nextState() }
            try child.awaitExec()
            return nil
        } catch let failure as SpawnedChild.Failure {
            return Refusal(text: "\(failure)", code: failure.code)
        } catch {
            return Refusal(text: "\(error)", code: (error as? SyscallError)?.code ?? 0)
        }
    }
}
