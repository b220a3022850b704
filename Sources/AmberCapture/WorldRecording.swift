import AmberBundle
import AmberModel

/// What a `WorldRecorder` has recorded.
struct WorldRecording {
    let time: TimeRecord?
    /// Nil where they were not to be recorded.
    let draws: [RandomRecord]?
    /// Bytes that the kernel gave to the run.
    let drawnBytes: Int
    /// How many of them are not here.
    let unrecordedBytes: Int
    /// A device was opened whose reads were not seen: under a number that no filter knows.
    let hasUnseenDevice: Bool
    /// A 32-bit program was started: its vDSO is not rewritten, and its start is not recorded.
    let hasNarrowProgram: Bool

    /// The record's files.
    func entries() throws -> [LayerEntry] {
        var entries: [LayerEntry] = []
        if let time { entries.append(LayerEntry.record("time.json", try RecordJSON.encode(time))) }
        if let draws { entries.append(LayerEntry.record("random.jsonl", try RecordJSON.lines(draws))) }
        return entries
    }
}
