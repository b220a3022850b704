import AmberKernel
import AmberSandbox
import AmberSupervisor

/// Times of files that the replay writes, as its clock would have given them.
///
/// The kernel stamps them with the present. A program that asks for one is answered here; whatever bears no such time,
/// or cannot be found by name from outside, is the kernel's to answer.
struct FileTimes: Sendable {
    private let status: ShiftedStatus

    /// Shifts what was written from `since` on.
    init(since: Int64, identity: SandboxIdentity) {
        func map(_ mappings: [SandboxIdentity.Mapping]) -> ShiftedStatus.IDMap {
            let first = mappings.first
            return ShiftedStatus.IDMap(
                inside: first?.inside ?? 0, outside: first?.outside ?? 0, count: first?.count ?? 0)
        }
        status = ShiftedStatus(
            since: since, users: map(identity.userMap), groups: map(identity.groupMap))
    }

    /// Answers a call of the stat family.
    func answer(_ call: ObservedCall, _ raw: RawCall, offset: Int64) -> CallDecision {
        guard let file = file(call, raw) else { return .proceed }
        let bytes =
            call.shape.name == "statx"
            ? status.statx(file.number, mask: UInt32(truncatingIfNeeded: raw.arguments[3]), offset: offset)
            : status.stat(file.number, offset: offset)
        guard let bytes, ProcessMemory.write(raw.threadID, buffer(call, raw), bytes) else { return .proceed }
        return .value(0)
    }

    private static let noFollow: UInt64 = 0x100  // AT_SYMLINK_NOFOLLOW
    private static let emptyPath: UInt64 = 0x1000  // AT_EMPTY_PATH

    /// The file that a call is about, opened for its status.
    private func file(_ call: ObservedCall, _ raw: RawCall) -> OwnedDescriptor? {
        let arguments = raw.arguments
        return switch call.shape.name {
        case "fstat": descriptor(arguments[0], raw)
        case "stat": named(arguments[0], nil, true, raw)
        case "lstat": named(arguments[0], nil, false, raw)
        case "statx": at(arguments[0], arguments[1], flags: arguments[2], raw)
        default: at(arguments[0], arguments[1], flags: arguments[3], raw)
        }
    }

    /// Where its status goes.
    private func buffer(_ call: ObservedCall, _ raw: RawCall) -> UInt64 {
        switch call.shape.name {
        case "fstat", "stat", "lstat": raw.arguments[1]
        case "statx": raw.arguments[4]
        default: raw.arguments[2]
        }
    }

    private func at(_ directory: UInt64, _ path: UInt64, flags: UInt64, _ raw: RawCall) -> OwnedDescriptor? {
        if flags & Self.emptyPath != 0, path == 0 || ProcessMemory.read(raw.threadID, path, count: 1) == [0] {
            return descriptor(directory, raw)
        }
        return named(path, directory, flags & Self.noFollow == 0, raw)
    }

    private func descriptor(_ number: UInt64, _ raw: RawCall) -> OwnedDescriptor? {
        let number = Int32(truncatingIfNeeded: number)
        let place = number == Files.here ? "cwd" : "fd/\(number)"
        return try? Files.open(KernelPath("/proc/\(raw.threadID)/\(place)"), Files.Flag.path)
    }

    private func named(
        _ path: UInt64, _ directory: UInt64?, _ follows: Bool, _ raw: RawCall
    ) -> OwnedDescriptor? {
        guard var name = ProcessMemory.string(raw.threadID, path, limit: 4096), !name.isEmpty else {
            return nil
        }
        if name.first != UInt8(ascii: "/") {
            let number = directory.map { Int32(truncatingIfNeeded: $0) } ?? Files.here
            let link = number == Files.here ? "cwd" : "fd/\(number)"
            guard let base = try? Files.readLink(KernelPath("/proc/\(raw.threadID)/\(link)")) else {
                return nil
            }
            name = base + [UInt8(ascii: "/")] + name
        }
        return ShiftedStatus.open(KernelPath(name), of: raw.threadID, following: follows)
    }
}
