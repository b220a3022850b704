import AmberKernel
import AmberModel
import AmberSupervisor

/// The recorded machine's processors and memory, as programs ask for them; this machine's own where they are the same.
struct RecordedMachine: Sendable {
    private let processorCount: Int?
    private let memoryInBytes: UInt64?
    private let uptimeOffset: Int64

    init(_ world: RecordedWorld) {
        let own = try? HostFacts.processorCount()
        processorCount = world.processorCount.flatMap { $0 > 0 && $0 != own ? $0 : nil }
        memoryInBytes = world.memoryInBytes.flatMap { $0 > 0 ? $0 : nil }
        uptimeOffset = world.time.map { ($0.boottime - Clock.boottime()) / 1_000_000_000 } ?? 0
    }

    /// sched_getaffinity(2) of the caller itself: the recorded number of processors, the first ones.
    func processors(_ raw: RawCall) -> CallDecision {
        guard let processorCount, raw.arguments[0] == 0, processorCount <= 1 << 16 else { return .proceed }
        let size = (processorCount + 63) / 64 * 8
        // The kernel wants whole words, and room for every processor.
        guard raw.arguments[1].isMultiple(of: 8), raw.arguments[1] >= UInt64(size) else {
            return .fail(Errno.invalid)
        }
        let mask = (0..<size).map { byte in
            UInt8(truncatingIfNeeded: (1 << min(max(processorCount - 8 * byte, 0), 8)) - 1)
        }
        guard ProcessMemory.write(raw.threadID, raw.arguments[2], mask) else { return .proceed }
        return .value(Int64(size))
    }

    /// sysinfo(2): the recorded memory size.
    func memory(_ raw: RawCall) -> CallDecision {
        guard let memoryInBytes, raw.architecture != SyscallTable.i386,
            let info = MachineFacts.systemInfo(memoryInBytes: memoryInBytes, uptimeOffset: uptimeOffset),
            ProcessMemory.write(raw.threadID, raw.arguments[0], info)
        else { return .proceed }
        return .value(0)
    }
}
