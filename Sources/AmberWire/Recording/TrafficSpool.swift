package import AmberKernel
import AmberModel

/// Where the relay keeps what passes: one nameless file, written in large pieces; lives on the relay's thread.
package final class TrafficSpool {
    private var file: SharedDescriptor
    private let directory: String?
    private let limits: TrafficLimits
    private var buffer: [UInt8] = []
    private var written: Int64 = 0
    private var segmentCount = 0
    private var isFull = false
    private static let bufferSize = 1 << 18
    private static let mostOpenSegments = 32
    private static let headSize = 64

    /// Makes a spool below a directory; nil keeps it in memory that no file system sees.
    ///
    /// - Throws: `SyscallError` where no file can be made.
    package init(directory: String?, limits: TrafficLimits) throws(SyscallError) {
        self.limits = limits
        self.directory = directory
        file = try Self.makeFile(directory)
        buffer.reserveCapacity(Self.bufferSize)
    }

    /// Keeps bytes that passed; beyond the limits they are counted only.
    func append(
        _ bytes: UnsafeRawBufferPointer, _ direction: SegmentRecord.Direction, at time: Int64,
        to record: inout TrafficRecord
    ) {
        switch direction {
        case .sent:
            // What is agreed to in the open takes a few lines.
            if record.tls == nil, record.segments.count < Self.mostOpenSegments, record.transport != .udp {
                record.tls = TLSBeginning(bytes, after: record)
            }
            record.sentBytes += UInt64(bytes.count)
            if record.head.count < Self.headSize { record.head += bytes.prefix(Self.headSize) }
        case .received: record.receivedBytes += UInt64(bytes.count)
        }
        guard !record.isTruncated else { return }
        // Nothing after a gap: what follows would look like the answer to something else.
        guard hasRoom(bytes.count, record) else {
            record.isTruncated = true
            return
        }
        let offset = written + Int64(buffer.count)
        buffer.append(contentsOf: bytes)
        record.storedBytes += bytes.count
        if buffer.count >= Self.bufferSize { flush() }
        // Bytes of a stream that lie side by side are one segment; a datagram stays one.
        let last = record.segments.count - 1
        if last >= 0, record.segments[last].direction == direction, record.segments[last].ending == nil,
            record.segments[last].offset + Int64(record.segments[last].count) == offset,
            record.transport == .tcp || record.transport == .unix
        {
            record.segments[last].count += bytes.count
            return
        }
        segmentCount += 1
        record.segments.append(
            TrafficRecord.Segment(time: time, direction: direction, offset: offset, count: bytes.count))
    }

    /// Notes that a direction has ended.
    func end(
        _ direction: SegmentRecord.Direction, _ ending: SegmentRecord.Ending, at time: Int64,
        of record: inout TrafficRecord
    ) {
        guard !record.isTruncated else { return }
        segmentCount += 1
        record.segments.append(
            TrafficRecord.Segment(
                time: time, direction: direction, offset: written + Int64(buffer.count), count: 0,
                ending: ending))
    }

    private func hasRoom(_ count: Int, _ record: TrafficRecord) -> Bool {
        !isFull && record.storedBytes + count <= limits.conversationBytes
            && record.segments.count < limits.conversationSegments && segmentCount < limits.totalSegments
            && written + Int64(buffer.count + count) <= Int64(limits.totalBytes)
    }

    /// Writes what is buffered. A full disk ends the recording, never the traffic.
    func flush() {
        guard !buffer.isEmpty else { return }
        do {
            try Files.writeAll(file.number, buffer)
            written += Int64(buffer.count)
        } catch {
            isFull = true
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func makeFile(_ directory: String?) throws(SyscallError) -> SharedDescriptor {
        guard let directory else { return SharedDescriptor(try Files.makeMemoryFile("amber-traffic")) }
        return SharedDescriptor(
            try Files.open(
                KernelPath(directory), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600))
    }

    /// What was written by now, for reading: the file and its length.
    func snapshot() -> (file: SharedDescriptor, length: Int64) {
        flush()
        return (file, written)
    }

    /// Segments that are let go no longer count.
    func forget(_ count: Int) { segmentCount = max(0, segmentCount - count) }

    /// Time to write what is still wanted into a new file.
    var isHalfFull: Bool { written > Int64(limits.totalBytes / 2) }

    /// Moves what the records still hold into a new file; whoever reads the old one keeps it.
    ///
    /// - Returns: False where that failed: nothing has changed then.
    func compact(_ records: inout [Int: TrafficRecord]) -> Bool {
        flush()
        guard let fresh = try? Self.makeFile(directory) else { return false }
        var moved = records
        var length: Int64 = 0
        for index in moved.keys.sorted() {
            guard var record = moved[index] else { continue }
            for place in record.segments.indices where record.segments[place].count > 0 {
                let segment = record.segments[place]
                guard let bytes = bytes(of: segment), (try? Files.writeAll(fresh.number, bytes)) != nil else {
                    return false
                }
                record.segments[place].offset = length
                length += Int64(bytes.count)
            }
            moved[index] = record
        }
        file = fresh
        written = length
        isFull = false
        records = moved
        return true
    }

    /// Reads a segment's bytes back; nil where they could not be written.
    package func bytes(of segment: TrafficRecord.Segment) -> [UInt8]? {
        if segment.count == 0 { return [] }
        guard segment.offset + Int64(segment.count) <= written else { return nil }
        return try? Files.readBytes(file.number, at: UInt64(segment.offset), count: segment.count)
    }
}
