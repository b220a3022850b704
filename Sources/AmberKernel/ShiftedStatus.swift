import CLinux

/// Status of files as a program in a sandbox sees it, the times of what a replay has written shifted to its clock.
package struct ShiftedStatus: Sendable {
    /// How ids outside of the sandbox are those inside: one line of a map.
    package struct IDMap: Hashable, Sendable {
        let inside: UInt32
        let outside: UInt32
        let count: UInt32

        package init(inside: UInt32, outside: UInt32, count: UInt32) {
            self.inside = inside
            self.outside = outside
            self.count = count
        }
    }

    private let since: Int64
    private let users: IDMap
    private let groups: IDMap

    /// Shifts times from `since` (nanoseconds since the epoch) to now.
    package init(since: Int64, users: IDMap, groups: IDMap) {
        self.since = since
        self.users = users
        self.groups = groups
    }

    /// Opens a file for its status, below the root directory of a thread; nil where it cannot be found so.
    package static func open(_ path: KernelPath, of threadID: Int32, following: Bool) -> OwnedDescriptor? {
        guard
            let root = try? Files.open(
                KernelPath("/proc/\(threadID)/root"), Files.Flag.path | Files.Flag.directory)
        else { return nil }
        let number = amber_open_status(root.number, path.terminated, following ? 1 : 0)
        return number >= 0 ? OwnedDescriptor(adopting: number) : nil
    }

    /// The bytes of a `struct stat`; nil where no time is shifted, so that the kernel may answer itself.
    package func stat(_ descriptor: Int32, offset: Int64) -> [UInt8]? {
        var shift = raw(offset)
        return bytes { amber_shifted_stat(descriptor, &shift, $0, $1) }
    }

    /// The bytes of a `struct statx` for a mask.
    package func statx(_ descriptor: Int32, mask: UInt32, offset: Int64) -> [UInt8]? {
        var shift = raw(offset)
        return bytes { amber_shifted_statx(descriptor, mask, &shift, $0, $1) }
    }

    private func raw(_ offset: Int64) -> amber_time_shift {
        amber_time_shift(
            since: since, offset: offset,
            users: amber_id_map(inside: users.inside, outside: users.outside, count: users.count),
            groups: amber_id_map(inside: groups.inside, outside: groups.outside, count: groups.count))
    }

    private func bytes(_ fill: (UnsafeMutableRawPointer, Int) -> Int32) -> [UInt8]? {
        var count: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 512) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            count = fill(base, buffer.count)
            filled = max(Int(count), 0)
        }
        return count > 0 ? bytes : nil
    }
}
