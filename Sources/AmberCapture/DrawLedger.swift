import AmberModel
import AmberSupervisor

/// Random bytes in the order in which they were drawn, within a budget. Pure.
struct DrawLedger {
    private struct Draw {
        var place: ProgramImages.Place
        var thread: Int32
        var source: RandomRecord.Source
        var count: Int32
    }

    private struct Stream: Hashable {
        var place: ProgramImages.Place
        var thread: Int32
        var source: RandomRecord.Source
    }

    /// Most bytes that are kept, and most draws.
    static let mostBytes = 1 << 20
    static let mostDraws = 1 << 16

    private var draws: [Draw] = []
    private var bytes: [UInt8] = []
    private var passed: [Stream: Int] = [:]
    private var seen: Set<ProgramImages.Place> = []
    /// Bytes that were drawn, recorded or not.
    private(set) var drawn = 0
    /// Bytes that were drawn and are not here.
    private(set) var unrecorded = 0

    /// Tells whether nothing more is kept.
    var isFull: Bool { bytes.count >= Self.mostBytes || draws.count >= Self.mostDraws }

    /// Tells whether an image has drawn before.
    func hasDrawn(_ place: ProgramImages.Place) -> Bool { seen.contains(place) }

    /// Notes bytes that a thread was given.
    mutating func add(
        _ place: ProgramImages.Place, thread: Int, _ source: RandomRecord.Source, _ given: [UInt8]
    ) {
        guard bytes.count + given.count <= Self.mostBytes, draws.count < Self.mostDraws else {
            return pass(place, thread: thread, source, given.count)
        }
        if source != .startup {
            drawn += given.count
            seen.insert(place)
        }
        bytes += given
        draws.append(
            Draw(place: place, thread: Int32(clamping: thread), source: source, count: Int32(given.count)))
    }

    /// Notes bytes that the kernel gave, or that there is no room for.
    mutating func pass(
        _ place: ProgramImages.Place, thread: Int, _ source: RandomRecord.Source, _ count: Int
    ) {
        drawn += count
        unrecorded += count
        if seen.count < Self.mostDraws { seen.insert(place) }
        guard passed.count < Self.mostDraws else { return }
        passed[Stream(place: place, thread: Int32(clamping: thread), source: source), default: 0] += count
    }

    /// The lines of `random.jsonl`; what was not recorded stands at the end, one line a thread.
    func records(_ processes: [ProcessRecord]) -> [RandomRecord] {
        var lives: [Int32: [String]] = [:]
        for process in processes { lives[process.processID, default: []].append(process.ordinal) }
        func ordinal(_ place: ProgramImages.Place) -> String? {
            guard let all = lives[place.processID], !all.isEmpty else { return nil }
            return all[min(Int(place.life), all.count - 1)]
        }
        var records: [RandomRecord] = []
        var offset = 0
        for draw in draws {
            let end = offset + Int(draw.count)
            if let process = ordinal(draw.place) {
                records.append(
                    RandomRecord(
                        process: process, program: Int(draw.place.program), thread: Int(draw.thread),
                        source: draw.source, sizeInBytes: Int(draw.count),
                        bytes: Base64.encode(Array(bytes[offset..<end]))))
            }
            offset = end
        }
        let rest = passed.compactMap { stream, count in
            ordinal(stream.place).map {
                RandomRecord(
                    process: $0, program: Int(stream.place.program), thread: Int(stream.thread),
                    source: stream.source, sizeInBytes: count, bytes: nil)
            }
        }
        return records
            + rest.sorted { ($0.process, $0.program, $0.thread) < ($1.process, $1.program, $1.thread) }
    }
}
