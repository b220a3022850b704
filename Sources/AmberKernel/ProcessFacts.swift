/// Facts about another process, out of /proc (proc(5)).
package enum ProcessFacts {
    /// The parent of a process; nil where it is gone.
    package static func parent(of processID: Int32) -> Int32? { status(processID, "PPid:") }

    /// The child of a process that was made first; nil where it has none (proc_pid_task_children(5), Linux 3.5).
    package static func firstChild(of processID: Int32) -> Int32? {
        let path = KernelPath("/proc/\(processID)/task/\(processID)/children")
        guard let text = try? Files.contents(path, limit: 65536) else { return nil }
        return Int32(String(decoding: text.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
    }

    /// The open descriptors of a thread; none where it may not be asked (proc_pid_fdinfo(5)).
    package static func descriptors(of threadID: Int32) -> [(number: Int32, isCloseOnExec: Bool)] {
        guard
            let folder = try? Files.open(
                KernelPath("/proc/\(threadID)/fdinfo"), Files.Flag.readOnly | Files.Flag.directory),
            let names = try? Files.names(of: folder.number, limit: 65536)
        else { return [] }
        return names.compactMap { name in
            guard let number = Int32(String(decoding: name, as: UTF8.self)),
                let file = try? Files.open(KernelPath(name), Files.Flag.readOnly, in: folder.number),
                let text = try? Files.readBytes(file.number, at: 0, count: 4096)
            else { return nil }
            let line =
                text.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "flags:".utf8) } ?? []
            let digits = line.filter { $0 >= 0x30 && $0 <= 0x37 }
            // O_CLOEXEC.
            let flags = UInt64(String(decoding: digits, as: UTF8.self), radix: 8) ?? 0
            return (number, flags & 0o2000000 != 0)
        }
    }

    /// The process that traces this one (ptrace(2)), 0 for none; nil where it is gone.
    package static func tracer(of processID: Int32) -> Int32? { status(processID, "TracerPid:") }

    /// A thread's seccomp mode and how many filters it has (proc_pid_status(5), Linux 5.9); nil where that is not told.
    package static func filters(of threadID: Int32) -> (mode: Int32, count: Int32)? {
        guard let text = try? Files.contents(KernelPath("/proc/\(threadID)/status"), limit: 65536),
            let mode = field("Seccomp:", in: text), let count = field("Seccomp_filters:", in: text)
        else { return nil }
        return (mode, count)
    }

    /// The parent and the thread group in one look.
    package static func identity(of threadID: Int32) -> (group: Int32, parent: Int32)? {
        guard let text = try? Files.contents(KernelPath("/proc/\(threadID)/status"), limit: 65536),
            let group = field("Tgid:", in: text), let parent = field("PPid:", in: text)
        else { return nil }
        return (group, parent)
    }

    /// The state's letter (proc_pid_status(5)): `R`, `S`, `T` where it is stopped; nil where the process is gone.
    package static func state(of processID: Int32) -> UInt8? {
        guard let text = try? Files.contents(KernelPath("/proc/\(processID)/status"), limit: 65536) else {
            return nil
        }
        let line = text.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "State:".utf8) }
        return line?.dropFirst("State:".utf8.count).first { $0 != UInt8(ascii: "\t") }
    }

    /// The threads that a process has now, in no order.
    package static func threads(of processID: Int32) -> [Int32] {
        guard
            let tasks = try? Files.open(
                KernelPath("/proc/\(processID)/task"), Files.Flag.readOnly | Files.Flag.directory),
            let names = try? Files.names(of: tasks.number, limit: 1 << 16)
        else { return [] }
        return names.compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }

    /// A process's pids, in our pid namespace first and in its own last (NStgid); empty where it is gone.
    package static func namespacePids(of processID: Int32) -> [Int32] {
        guard let text = try? Files.contents(KernelPath("/proc/\(processID)/status"), limit: 65536) else {
            return []
        }
        let line = text.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "NStgid:".utf8) }
        return (line ?? []).split(separator: UInt8(ascii: "\t")).dropFirst().compactMap {
            Int32(String(decoding: $0, as: UTF8.self))
        }
    }

    /// The kernel function in which a thread sleeps, `0` where it runs; nil where it is gone (proc_pid_wchan(5)).
    package static func waitChannel(of threadID: Int32) -> String? {
        (try? Files.contents(KernelPath("/proc/\(threadID)/wchan"), limit: 256)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// What a thread does in the kernel.
    package enum Sleep: Hashable, Sendable {
        /// It runs, or is blocked outside of a call.
        case running
        /// It is blocked in a call, of which this is the number and the first argument.
        case call(UInt32, UInt64)
    }

    /// The call that a thread is blocked in; nil where it may not be asked (proc(5), `/proc/PID/syscall`).
    package static func sleep(of threadID: Int32) -> Sleep? {
        guard let file = try? Files.open(KernelPath("/proc/\(threadID)/syscall"), Files.Flag.readOnly),
            let bytes = try? Files.readBytes(file.number, at: 0, count: 256)
        else { return nil }
        let words = bytes.split(separator: UInt8(ascii: " ")).prefix(2).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard words.count == 2, let number = UInt32(words[0]), words[1].hasPrefix("0x"),
            let first = UInt64(words[1].dropFirst(2), radix: 16)
        else { return .running }
        return .call(number, first)
    }

    private static func status(_ processID: Int32, _ name: String) -> Int32? {
        guard let text = try? Files.contents(KernelPath("/proc/\(processID)/status"), limit: 65536) else {
            return nil
        }
        return field(name, in: text)
    }

    /// The number on the line that begins with a name.
    private static func field(_ name: String, in text: [UInt8]) -> Int32? {
        let wanted = Array(name.utf8)
        var rest = text[...]
        while !rest.isEmpty {
            if rest.starts(with: wanted) {
                var value: Int32?
                for byte in rest.dropFirst(wanted.count) {
                    if byte == UInt8(ascii: "\n") { break }
                    guard byte >= 0x30, byte <= 0x39 else { continue }
                    value = (value ?? 0) &* 10 &+ Int32(byte - 0x30)
                }
                return value
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            rest = rest[(end + 1)...]
        }
        return nil
    }

    /// The effective user and group of a thread (`Uid:` and `Gid:` of proc_pid_status(5)); nil where it is gone.
    package static func effectiveIDs(of threadID: Int32) -> (user: UInt32, group: UInt32)? {
        guard let text = try? Files.contents(KernelPath("/proc/\(threadID)/status"), limit: 65536) else {
            return nil
        }
        var ids: [UInt32] = []
        for line in text.split(separator: UInt8(ascii: "\n"))
        where line.starts(with: "Uid:".utf8) || line.starts(with: "Gid:".utf8) {
            let fields = line.dropFirst(4).split { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
            guard fields.count >= 2, let id = UInt32(String(decoding: fields[1], as: UTF8.self)) else {
                return nil
            }
            ids.append(id)
        }
        return ids.count == 2 ? (ids[0], ids[1]) : nil
    }

    /// Tells whether a signal waits that a thread would take: pending and not blocked (proc_pid_status(5)).
    package static func hasSignalToTake(_ threadID: Int32) -> Bool {
        guard let text = try? Files.contents(KernelPath("/proc/\(threadID)/status"), limit: 65536) else {
            return false
        }
        var pending: UInt64 = 0
        var blocked: UInt64 = 0
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where line.utf8.count > 7 {
            let mask = UInt64(line.dropFirst(7).filter { !$0.isWhitespace }, radix: 16) ?? 0
            if line.hasPrefix("ShdPnd:") || line.hasPrefix("SigPnd:") { pending |= mask }
            if line.hasPrefix("SigBlk:") { blocked = mask }
        }
        return pending & ~blocked != 0
    }

    /// Tells whether a signal waits to be taken by a process (ShdPnd and SigPnd of proc_pid_status(5)).
    package static func isPending(_ signal: Int32, for processID: Int32) -> Bool {
        guard let text = try? Files.contents(KernelPath("/proc/\(processID)/status"), limit: 65536) else {
            return false
        }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("ShdPnd:") || line.hasPrefix("SigPnd:") {
            let mask = UInt64(line.dropFirst(7).filter { !$0.isWhitespace }, radix: 16) ?? 0
            if mask >> UInt64(signal - 1) & 1 == 1 { return true }
        }
        return false
    }
}
