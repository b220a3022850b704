import AmberKernel
import AmberModel
import AmberSupervisor

/// What passed through the three streams, as the bundle keeps it.
struct StreamContents {
    /// One stream's bytes.
    struct Content {
        var bytes: [UInt8]
        var total: UInt64
        var isComplete: Bool
    }

    private static let inputLimit = 64 << 20

    /// Standard input, output and error; nil where nothing could be recorded.
    let contents: [Content?]
    /// Standard error is part of standard output.
    let isErrorPartOfOutput: Bool

    init(probe: StreamProbe, recordings: [StreamRecording?]) {
        contents = (0..<3).map { number in
            if let recording = recordings[number] {
                let (bytes, isComplete) = recording.contents()
                return Content(bytes: bytes, total: recording.total, isComplete: isComplete)
            }
            if number == 2, probe.errorFollowsOutput { return nil }
            return Self.file(Int32(number), probe.streams[number])
        }
        let bothTerminals = (1..<3).allSatisfy {
            if case .terminal = probe.streams[$0].kind { true } else { false }
        }
        isErrorPartOfOutput = probe.errorFollowsOutput || (bothTerminals && recordings[1] != nil)
    }

    /// The bytes in which a failure is looked for.
    var errorBytes: [UInt8] {
        if let error = contents[2], !isErrorPartOfOutput { return error.bytes }
        return contents[1]?.bytes ?? []
    }

    /// The record of a stream.
    func stream(_ number: Int, _ probe: StreamProbe) -> RunRecord.Stream {
        let content = contents[number]
        return RunRecord.Stream(
            kind: probe.streams[number].kind, sizeInBytes: content?.total,
            storedBytes: content.map { UInt64($0.bytes.count) },
            sameAs: number == 2 && isErrorPartOfOutput ? 1 : nil)
    }

    private static func file(_ number: Int32, _ stream: StreamProbe.Stream) -> Content? {
        guard case .file = stream.kind, let status = try? Files.status(of: number),
            let file = try? Files.open(
                KernelPath("/proc/self/fd/\(number)"), Files.Flag.readOnly | Files.Flag.nonBlocking)
        else { return nil }
        let total = Int(clamping: max(Int64(clamping: status.sizeInBytes) - stream.start, 0))
        let limit = number == 0 ? inputLimit : StreamRecording.outputHead
        let start = UInt64(stream.start)
        var bytes = read(file.number, at: start, count: min(total, limit))
        let isComplete = bytes.count == total
        if !isComplete, number != 0 {
            let tail = min(total - bytes.count, StreamRecording.outputTail)
            bytes += StreamRecording.marker(missing: UInt64(total - bytes.count - tail), of: UInt64(total))
            bytes += read(file.number, at: start + UInt64(total - tail), count: tail)
        }
        return Content(bytes: bytes, total: UInt64(total), isComplete: isComplete)
    }

    /// Reads a stretch; what can no longer be read is missing.
    private static func read(_ number: Int32, at offset: UInt64, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let piece = try? Files.readBytes(
                number, at: offset + UInt64(bytes.count), count: min(count - bytes.count, 1 << 20))
            guard let piece, !piece.isEmpty else { break }
            bytes += piece
        }
        return bytes
    }
}
