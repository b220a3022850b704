/// Facts about another process, out of /proc (proc(5)).
package enum ProcessFacts {
    /// The process that a thread belongs to; nil where it is gone.
    package static func threadGroup(of threadID: Int32) -> Int32? { status(threadID, "Tgid:") }

    /// The parent of a process; nil where it is gone.
    package static func parent(of processID: Int32) -> Int32? { status(processID, "PPid:") }

    /// The parent and the thread group in one look.
    package static func identity(of threadID: Int32) -> (group: Int32, parent: Int32)? {
        guard let text = try? Files.contents(KernelPath("/proc/\(threadID)/status"), limit: 65536),
            let group = field("Tgid:", in: text), let parent = field("PPid:", in: text)
        else { return nil }
        return (group, parent)
    }

    private static func status(_ processID: Int32, _ name: String) -> Int32? {
        guard let text = try? Files.contents(KernelPath("/proc/\(processID)/status"), limit: 65536) else {
            return nil
        }
        return field(name, in: text)
    }

    private static func field(_ name: String, in text: [UInt8]) -> Int32? {
        let wanted = Array(name.utf8)
        for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: wanted) {
            let digits = line.dropFirst(wanted.count).filter { $0 >= 0x30 && $0 <= 0x39 }
            return Int32(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }
}
