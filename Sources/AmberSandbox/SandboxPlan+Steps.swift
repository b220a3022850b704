package import AmberKernel

extension SandboxPlan {
    /// User, mount, pid, network, UTS, IPC and cgroup namespaces (clone3(2), namespaces(7)).
    package static let namespaces: UInt64 =
        0x1000_0000 | 0x0002_0000 | 0x2000_0000 | 0x4000_0000 | 0x0400_0000 | 0x0800_0000 | 0x0200_0000

    private enum MountFlag {
        static let readOnly: UInt64 = 1
        static let noSuid: UInt64 = 2
        static let noDevices: UInt64 = 4
        static let noExecution: UInt64 = 8
        static let remount: UInt64 = 32
        static let bind: UInt64 = 4096
        static let recursive: UInt64 = 16384
        static let isPrivate: UInt64 = 1 << 18
    }

    /// The steps that build the sandbox, in a child with `namespaces`.
    ///
    /// Order: the id maps must stand before anything is mounted (mounts check mapped ids); mounts must be private
    /// before the first one, or the host would see them; /proc and /dev go in before the pivot, because they bind host
    /// files; init forks after the pivot, so that it holds no host directory; and after the clocks are set, which only
    /// children (or an exec) see.
    ///
    /// - Parameters:
    ///   - mapped: Descriptor on which the parent says that the id maps are written.
    ///   - report: Descriptor on which init reports the program's end.
    /// - Returns: The steps, in order.
    package func prologue(mapped: Int32, report: Int32) -> [ChildStep] {
        var steps: [ChildStep] = [
            .await(mapped), .deathSignal(9),
            mount(nil, "/", flags: MountFlag.recursive | MountFlag.isPrivate),
        ]
        if let temporaryStorage {
            steps.append(mount("tmpfs", KernelPath(temporaryStorage), type: "tmpfs", data: "mode=0700"))
            steps += [upper, work].map { .makeDirectory(KernelPath($0), mode: 0o755) }
        }
        steps.append(
            mount(
                "overlay", KernelPath(mountPoint), type: "overlay",
                data: Self.overlayData(lower: layers, upper: upper, work: work)))
        steps += processSteps + deviceSteps + overlaySteps
        steps += [
            .hostName(hostName), .loopback, .localRoutes(hasVersion6: hasVersion6),
            .pivot(KernelPath(mountPoint)),
        ]
        if let clockOffsets {
            steps.append(
                .timeOffsets(monotonic: clockOffsets.monotonic, boottime: clockOffsets.boottime))
        }
        if processID != 1 {
            steps.append(.initialize(childID: processID, report: report, steering: steering))
        }
        return steps
    }

    /// The steps that give the program its identity and circumstances, after its streams are connected.
    ///
    /// Order: limits before ids, because raising one needs a capability; groups before the group id and both before
    /// the user id, because that gives the capability up; the directory last, with the program's own rights.
    package var epilogue: [ChildStep] {
        var steps: [ChildStep] = limits.map { .limit(resource: $0.resource, soft: $0.soft, hard: $0.hard) }
        steps.append(.nice(nice))
        if !identity.isSingle { steps.append(.groups(identity.groups)) }
        return steps + [
            .group(identity.groupID), .user(identity.userID), .mask(mask), .changeDirectory(workingDirectory),
        ]
    }

    private static func overlayData(lower: [String], upper: String, work: String) -> String {
        let lower = lower.map(escaped).joined(separator: ":")
        // userxattr: overlayfs in a user namespace may not use trusted.* attributes (overlayfs.rst, Linux 5.11).
        return "lowerdir=\(lower),upperdir=\(escaped(upper)),workdir=\(escaped(work)),userxattr"
    }

    private static func escaped(_ path: String) -> String {
        path.reduce(into: "") { text, character in
            if character == "\\" || character == ":" || character == "," { text.append("\\") }
            text.append(character)
        }
    }

    private var processSteps: [ChildStep] {
        let flags = MountFlag.noSuid | MountFlag.noDevices | MountFlag.noExecution
        var steps: [ChildStep] = [mount("proc", inside("/proc"), type: "proc", flags: flags)]
        if let steering {
            // Before /proc/sys is read-only: init alone keeps it.
            steps.append(
                .open(
                    inside("/proc/sys/kernel/ns_last_pid"), number: steering.lastPid,
                    flags: Files.Flag.readWrite))
        }
        // A host's root is root to these files even inside a user namespace (proc_sys_permission goes by uid).
        for name in ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"] {
            steps.append(mount(inside(name), inside(name), flags: MountFlag.bind, mayBeRefused: true))
            let readOnly = MountFlag.remount | MountFlag.bind | MountFlag.readOnly | flags
            steps.append(mount(nil, inside(name), flags: readOnly, mayBeRefused: true))
        }
        return steps
    }

    private var deviceSteps: [ChildStep] {
        var steps: [ChildStep] = [
            mount("tmpfs", inside("/dev"), type: "tmpfs", flags: MountFlag.noSuid, data: "mode=0755")
        ]
        for name in ["null", "zero", "full", "random", "urandom", "tty"] {
            steps.append(.touch(inside("/dev/" + name)))
            steps.append(mount(KernelPath("/dev/" + name), inside("/dev/" + name), flags: MountFlag.bind))
        }
        steps += [
            .makeDirectory(inside("/dev/pts"), mode: 0o755), .makeDirectory(inside("/dev/shm"), mode: 0o1777),
            mount(
                "devpts", inside("/dev/pts"), type: "devpts", flags: MountFlag.noSuid | MountFlag.noExecution,
                data: "newinstance,ptmxmode=0666,mode=620", mayBeRefused: true),
            mount(
                "tmpfs", inside("/dev/shm"), type: "tmpfs", flags: MountFlag.noSuid | MountFlag.noDevices,
                data: "mode=1777"),
        ]
        steps += sharedMemorySteps
        steps += [
            .symlink(target: "pts/ptmx", inside("/dev/ptmx")),
            .symlink(target: "/proc/self/fd", inside("/dev/fd")),
            .symlink(target: "/proc/self/fd/0", inside("/dev/stdin")),
            .symlink(target: "/proc/self/fd/1", inside("/dev/stdout")),
            .symlink(target: "/proc/self/fd/2", inside("/dev/stderr")),
        ]
        return steps
    }

    /// What the recorded run found in /dev/shm, over the empty one.
    private var sharedMemorySteps: [ChildStep] {
        guard !sharedMemory.isEmpty else { return [] }
        let (upper, work) = (upper + "-shm", work + "-shm")
        return [
            .makeDirectory(KernelPath(upper), mode: 0o1777), .makeDirectory(KernelPath(work), mode: 0o755),
            mount(
                "overlay", inside("/dev/shm"), type: "overlay",
                flags: MountFlag.noSuid | MountFlag.noDevices,
                data: Self.overlayData(lower: sharedMemory, upper: upper, work: work), mayBeRefused: true),
        ]
    }

    private var overlaySteps: [ChildStep] {
        // A bind takes its flags from the second call only (mount(2)): what is ours must not be written to from inside.
        overlays.flatMap { overlay in
            [
                mount(
                    KernelPath(overlay.source), inside(overlay.target), flags: MountFlag.bind,
                    mayBeRefused: true),
                mount(
                    nil, inside(overlay.target),
                    flags: MountFlag.remount | MountFlag.bind | MountFlag.readOnly | MountFlag.noSuid
                        | MountFlag.noDevices, mayBeRefused: true),
            ]
        }
    }

    private func inside(_ path: String) -> KernelPath { KernelPath(mountPoint + path) }

    private func mount(
        _ source: KernelPath?, _ target: KernelPath, type: String? = nil, flags: UInt64 = 0,
        data: String? = nil,
        mayBeRefused: Bool = false
    ) -> ChildStep {
        .mount(
            source: source, target: target, type: type, flags: flags, data: data, mayBeRefused: mayBeRefused)
    }
}
