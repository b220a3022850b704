import AmberKernel

/// The ordered trace while the run goes on: fixed-size records in a nameless file, a few in memory.
package struct EventSpool: ~Copyable {
    /// One event, 40 bytes.
    package struct Event: Hashable, Sendable, BitwiseCopyable {
        /// CLOCK_MONOTONIC, nanoseconds.
        package var time: Int64
        /// Index of the process in the ledger.
        package var process: Int32
        /// Number of the path; -1 for none.
        package var path: Int32
        /// Number of the second path; -1 for none.
        package var target: Int32
        /// Exit code, for `exit`.
        package var code: Int32
        /// `EventKind`.
        package var kind: UInt8
        /// 1 found, 0 not found, 2 not asked.
        package var found: UInt8
    }

    /// Most events that are kept; later ones are counted only.
    package static let limit = 4_000_000

    /// Events seen, kept or not.
    package private(set) var count = 0
    private var buffer: [Event] = []
    private let file: OwnedDescriptor?
    private let fileNumber: Int32
    private var written = 0

    /// Makes a trace that spills into a nameless file below `directory`; nil keeps it in memory.
    package init(directory: String?) {
        let opened = directory.flatMap { Self.openSpool($0) } ?? -1
        fileNumber = opened
        file = opened < 0 ? nil : OwnedDescriptor(adopting: opened)
        buffer.reserveCapacity(1024)
    }

    /// A copy that can be read and never grows.
    func snapshot() throws(SyscallError) -> EventSpool {
        EventSpool(copying: self, file: fileNumber < 0 ? -1 : try Files.duplicate(fileNumber).release())
    }

    private init(copying other: borrowing EventSpool, file number: Int32) {
        fileNumber = number
        file = number < 0 ? nil : OwnedDescriptor(adopting: number)
        count = other.count
        buffer = other.buffer
        written = other.written
        isDamaged = other.isDamaged
    }

    private static func openSpool(_ directory: String) -> Int32? {
        try? Files.open(KernelPath(directory), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600)
            .release()
    }

    /// Appends an event and returns its number, counted from 1.
    package mutating func append(_ event: Event) -> Int32 {
        count += 1
        if count > Self.limit { return Int32(Self.limit) }
        buffer.append(event)
        if buffer.count == 1024, fileNumber >= 0 { flush() }
        return Int32(count)
    }

    /// Tells whether there were more events than are kept.
    package var isTooLong: Bool { count > Self.limit }
    /// Tells whether the trace ends where the disk was full.
    package private(set) var isDamaged = false

    private mutating func flush() {
        defer { buffer.removeAll(keepingCapacity: true) }
        // A failed write may leave half a record: nothing more belongs behind it.
        guard !isDamaged else { return }
        do {
            try Files.writeRecords(fileNumber, buffer)
            written += buffer.count
        } catch {
            isDamaged = true
        }
    }

    /// Visits every event in order, with its number.
    package func forEach(_ body: (Int, Event) throws -> Void) throws {
        var number = 0
        if written > 0 {
            while number < written {
                let chunk = try Files.readRecords(
                    fileNumber, first: number, count: min(1024, written - number), as: Event.self)
                if chunk.isEmpty { break }
                for event in chunk {
                    number += 1
                    try body(number, event)
                }
            }
        }
        guard !isDamaged else { return }
        for event in buffer {
            number += 1
            try body(number, event)
        }
    }
}
