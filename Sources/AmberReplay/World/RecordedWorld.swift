import AmberBundle
import AmberModel

/// What the record says of the world around the run; parts are missing in older bundles.
struct RecordedWorld: Sendable {
    /// A process: its place in the tree and its pid.
    struct Process: Decodable, Hashable, Sendable {
        var ordinal: String
        var processID: Int32
    }

    let time: TimeRecord?
    /// Lines of `random.jsonl`; nil where the bundle has none.
    let draws: [RandomRecord]?
    let processes: [Process]
    let processorCount: Int?
    let memoryInBytes: UInt64?
    /// When the run began, nanoseconds since the epoch.
    let startedAt: Int64

    /// Most lines that are read of a file.
    private static let mostLines = 50_000

    /// Reads the files that a replay needs, out of the extracted record.
    init(_ record: RecordDirectory, run: RunRecord, host: HostRecord?) {
        let time = try? record.document(TimeRecord.self, "time.json", limit: 1 << 20)
        self.time = time.flatMap { Self.isPossible($0) ? $0 : nil }
        draws = try? Self.lines(RandomRecord.self, record, "random.jsonl")
        processes = (try? Self.lines(Process.self, record, "processes.jsonl")) ?? []
        processorCount = host?.processorCount
        memoryInBytes = host?.memoryInBytes
        startedAt = run.startedAt
    }

    /// Clocks that a kernel could show: sums of them never overflow.
    private static func isPossible(_ time: TimeRecord) -> Bool {
        (0..<ReplayTime.end).contains(time.realtime) && (0..<ReplayTime.end / 4).contains(time.monotonic)
            && (0..<ReplayTime.end / 4).contains(time.boottime)
    }

    private static func lines<Value: Decodable>(
        _ type: Value.Type, _ record: RecordDirectory, _ name: String
    ) throws -> [Value] {
        let bytes = try record.contents(of: name, limit: 64 << 20)
        let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(mostLines)
        // One document instead of many: decoding each line by itself takes three times as long.
        let document =
            [UInt8(ascii: "[")] + lines.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
        return try RecordJSON.decode([Value].self, from: document, subject: name)
    }
}
