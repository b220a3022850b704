import CLinux

/// Moving bytes between pipes without reading them (tee(2), splice(2)).
package enum Streams {
    /// Duplicates what waits in a pipe into another, without consuming it; 0 at the end, nil when nothing waits.
    package static func tee(from: Int32, to: Int32, count: Int) throws(SyscallError) -> Int? {
        let result = amber_tee(from, to, count)
        if result >= 0 { return result }
        if result == -Int(Errno.again) || result == -Int(Errno.interrupted) { return nil }
        throw SyscallError(call: "tee", code: Int32(-result), subject: "stream")
    }

    /// Moves bytes out of a pipe; 0 at the end.
    package static func splice(from: Int32, to: Int32, count: Int) throws(SyscallError) -> Int {
        try check("splice", on: "stream") { amber_splice(from, to, count, 1) }
    }

    /// How many bytes wait to be read.
    package static func bytesWaiting(_ number: Int32) -> Int { max(Int(amber_bytes_waiting(number)), 0) }

    /// Sets or clears O_NONBLOCK of an open file description.
    package static func setNonBlocking(_ number: Int32, _ isNonBlocking: Bool) {
        _ = amber_set_nonblocking(number, isNonBlocking ? 1 : 0)
    }

    /// Tells whether a descriptor is open.
    package static func isOpen(_ number: Int32) -> Bool { amber_get_flags(number) >= 0 }
}

extension Streams {
    /// Tells whether an open file appends (O_APPEND).
    package static func isAppending(_ number: Int32) -> Bool {
        let flags = amber_get_flags(number)
        return flags >= 0 && flags & Files.Flag.append != 0
    }

    /// Tells whether a descriptor can be read from and not written to (O_RDONLY, open(2)).
    package static func isReadOnly(_ number: Int32) -> Bool {
        let flags = amber_get_flags(number)
        return flags >= 0 && flags & 0o3 == 0
    }
}
