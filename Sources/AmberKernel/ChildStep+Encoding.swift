import CLinux

/// C strings and arrays that must stay where they are while the kernel or a child reads them.
final class CArena {
    private var allocations: [UnsafeMutableRawPointer] = []

    deinit { for allocation in allocations { allocation.deallocate() } }

    /// Copies a NUL-terminated string.
    func string(_ path: KernelPath) -> UnsafePointer<CChar> {
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: path.terminated.count)
        copy.initialize(from: path.terminated, count: path.terminated.count)
        allocations.append(UnsafeMutableRawPointer(copy))
        return UnsafePointer(copy)
    }

    /// Copies a string.
    func string(_ text: String) -> UnsafePointer<CChar> { string(KernelPath(text)) }

    /// Copies elements.
    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeRawPointer {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        copy.initialize(from: elements, count: elements.count)
        allocations.append(UnsafeMutableRawPointer(copy))
        return UnsafeRawPointer(copy)
    }

    /// Copies strings into an array that ends with NULL, as execve(2) wants it.
    func vector(_ strings: [KernelPath]) -> UnsafeRawPointer {
        let pointers: [UnsafePointer<CChar>?] = strings.map { string($0) } + [nil]
        let copy = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: pointers.count)
        copy.initialize(from: pointers, count: pointers.count)
        allocations.append(UnsafeMutableRawPointer(copy))
        return UnsafeRawPointer(copy)
    }
}

extension ChildStep {
    /// The step as `spawn.c` reads it; pointers live as long as the arena.
    func encoded(in arena: CArena) -> amber_step {
        switch self {
        case .close(let number): step(AMBER_STEP_CLOSE, number)
        case .duplicate(let from, let to): step(AMBER_STEP_DUP2, from, to)
        case .newSession: step(AMBER_STEP_SETSID)
        case .foreground(let number): step(AMBER_STEP_FOREGROUND, number)
        case .leader(let socket): step(AMBER_STEP_LEADER, socket)
        case .controllingTerminal(let number): step(AMBER_STEP_CTTY, number)
        case .changeDirectory(let path): step(AMBER_STEP_CHDIR, s1: arena.string(path))
        case .mask(let mask): step(AMBER_STEP_UMASK, Int32(mask & 0o777))
        case .limit(let resource, let soft, let hard): step(AMBER_STEP_LIMIT, resource, n1: soft, n2: hard)
        case .nice(let value): step(AMBER_STEP_NICE, value)
        case .groups(let groups):
            step(AMBER_STEP_SETGROUPS, n1: UInt64(groups.count), p: arena.array(groups))
        case .group(let group): step(AMBER_STEP_SETGID, Int32(bitPattern: group))
        case .user(let user): step(AMBER_STEP_SETUID, Int32(bitPattern: user))
        case .ignore(let signal): step(AMBER_STEP_IGNORE, signal)
        case .defaultSignals: step(AMBER_STEP_DEFAULTS)
        case .blockedSignals(let mask): step(AMBER_STEP_MASK, n1: mask)
        case .await(let number): step(AMBER_STEP_AWAIT, number)
        case .signal(let number): step(AMBER_STEP_SIGNAL, number)
        case .noNewPrivileges: step(AMBER_STEP_NO_NEW_PRIVS)
        case .readOnlyMounts: step(AMBER_STEP_READ_ONLY)
        case .deathSignal(let signal): step(AMBER_STEP_DEATH_SIGNAL, signal)
        case .dumpable(let isDumpable): step(AMBER_STEP_NO_DUMP, isDumpable ? 1 : 0)
        case .open(let path, let number, let flags):
            step(AMBER_STEP_OPEN, number, flags, s1: arena.string(path))
        case .timeOffsets(let monotonic, let boottime):
            step(AMBER_STEP_TIME, n1: UInt64(bitPattern: monotonic), n2: UInt64(bitPattern: boottime))
        case .initialize(let childID, let report, let steering):
            step(
                AMBER_STEP_INIT, childID, report, n1: UInt64(steering?.socket ?? 0),
                n2: UInt64(steering?.lastPid ?? 0))
        case .keepStandardDescriptors: step(AMBER_STEP_KEEP_FDS)
        case .localRoutes(let hasVersion6): step(AMBER_STEP_LOCAL_ROUTES, hasVersion6 ? 1 : 0)
        case .enter(let number, let type): step(AMBER_STEP_ENTER, number, n1: type)
        case .door(let socket): step(AMBER_STEP_DOOR, socket)
        case .pump(let numbers):
            step(AMBER_STEP_PUMP, n1: UInt64(numbers.count / 2), p: arena.array(numbers))
        case .unshare, .write, .mount, .makeDirectory, .touch, .symlink, .pivot, .hostName,
            .loopback:
            encodedNamespaceStep(in: arena)
        case .filter, .execute: encodedLastStep(in: arena)
        }
    }

    private func encodedNamespaceStep(in arena: CArena) -> amber_step {
        switch self {
        case .unshare(let flags): return step(AMBER_STEP_UNSHARE, n1: flags)
        case .write(let path, let text, let mayBeRefused):
            return step(
                AMBER_STEP_WRITE_FILE, 0, mayBeRefused ? 1 : 0, s1: arena.string(path), s2: arena.string(text)
            )
        case .mount(let source, let target, let type, let flags, let data, let mayBeRefused):
            var mount = step(AMBER_STEP_MOUNT, 0, mayBeRefused ? 1 : 0, n1: flags, s2: arena.string(target))
            mount.s1 = source.map { arena.string($0) }
            mount.s3 = type.map { arena.string($0) }
            mount.s4 = data.map { arena.string($0) }
            return mount
        case .makeDirectory(let path, let mode):
            return step(AMBER_STEP_MKDIR, Int32(mode), s1: arena.string(path))
        case .touch(let path): return step(AMBER_STEP_TOUCH, s1: arena.string(path))
        case .symlink(let target, let path):
            return step(AMBER_STEP_SYMLINK, s1: arena.string(target), s2: arena.string(path))
        case .pivot(let path): return step(AMBER_STEP_PIVOT, s1: arena.string(path))
        case .hostName(let name): return step(AMBER_STEP_HOSTNAME, s1: arena.string(name))
        default: return step(AMBER_STEP_LOOPBACK)
        }
    }

    private func encodedLastStep(in arena: CArena) -> amber_step {
        switch self {
        case .filter(let program, let socket):
            // The filter is copied by the kernel when the step runs: both arrays only have to live until then.
            let instructions = arena.array(program.instructions.map(\.raw))
            let header = sock_fprog(
                len: UInt16(program.instructions.count),
                filter: UnsafeMutablePointer(mutating: instructions.assumingMemoryBound(to: sock_filter.self))
            )
            return step(AMBER_STEP_FILTER, socket, n1: SeccompProgram.installFlags, p: arena.array([header]))
        case .execute(let path, let arguments, let environment):
            var execute = step(AMBER_STEP_EXEC, s1: arena.string(path), p: arena.vector(arguments))
            execute.p2 = arena.vector(environment)
            execute.p3 = arena.vector(["/bin/sh", path] + arguments.dropFirst())
            return execute
        default: return step(AMBER_STEP_LOOPBACK)
        }
    }

    private func step(
        _ kind: amber_step_kind, _ a: Int32 = 0, _ b: Int32 = 0, n1: UInt64 = 0, n2: UInt64 = 0,
        s1: UnsafePointer<CChar>? = nil, s2: UnsafePointer<CChar>? = nil, p: UnsafeRawPointer? = nil
    ) -> amber_step {
        amber_step(
            kind: Int32(kind.rawValue), a: a, b: b, n1: n1, n2: n2, s1: s1, s2: s2, s3: nil, s4: nil, p: p,
            p2: nil,
            p3: nil)
    }
}
