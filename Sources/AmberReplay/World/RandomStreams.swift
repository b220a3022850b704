import AmberModel

/// The recorded random bytes of a run, given out once each: by program, then by thread, then in the order of the
/// recording. Pure.
struct RandomStreams: Sendable {
    /// A program of a process.
    struct Key: Hashable, Sendable {
        /// Ordinal of the process.
        var process: String
        /// How many programs it had begun.
        var program: Int
    }

    /// Bytes for one draw, and whether production drew them.
    struct Bytes: Hashable, Sendable {
        var bytes: [UInt8]
        var isRecorded: Bool
    }

    private struct Draw: Sendable {
        var size: Int
        var text: String
        var isTaken = false
    }

    /// Draws that wait to be given out, by their index, in order.
    private struct Queue: Sendable {
        var indices: [Int] = []
        var first = 0

        /// The first that was not given out otherwise and that `isWanted`; what lies before it is forgotten.
        mutating func next(_ draws: [Draw], where isWanted: (Draw) -> Bool) -> Int? {
            while first < indices.count, draws[indices[first]].isTaken { first += 1 }
            return indices[first...].first { !draws[$0].isTaken && isWanted(draws[$0]) }
        }

        /// Tells whether anything is left; after `next`.
        var isEmpty: Bool { first >= indices.count }
    }

    private struct Stream: Hashable, Sendable {
        var source: RandomRecord.Source
        /// nil for all threads together.
        var thread: Int?
    }

    private struct Program: Sendable {
        var startup: [UInt8]?
        var draws: [Draw] = []
        var queues: [Stream: Queue] = [:]

        mutating func add(_ record: RandomRecord, _ text: String) {
            for thread in [record.thread, nil] {
                queues[Stream(source: record.source, thread: thread), default: Queue()].indices.append(
                    draws.count)
            }
            draws.append(Draw(size: record.sizeInBytes, text: text))
        }

        /// The thread's own next draw; where it has none left, the program's next.
        mutating func take(_ count: Int, _ thread: Int?, _ source: RandomRecord.Source) -> Draw? {
            for thread in thread.map({ [$0, nil] }) ?? [nil] {
                let stream = Stream(source: source, thread: thread)
                let found = queues[stream]?.next(draws) { $0.size == count }
                if let found {
                    draws[found].isTaken = true
                    return draws[found]
                }
                // A thread that has others left has gone another way: it does not take what is not its own.
                if queues[stream]?.isEmpty == false { return nil }
            }
            return nil
        }
    }

    private var programs: [Key: Program] = [:]
    private var generators: [String: SeededBytes] = [:]
    private let seed: String
    /// Bytes that were drawn by process and that the recording does not hold.
    private(set) var unrecorded: [String: Int] = [:]

    /// Takes the recording.
    ///
    /// - Parameters:
    ///   - records: Lines of `random.jsonl`.
    ///   - seed: For what is drawn beyond the recording; the same text gives the same bytes.
    init(_ records: [RandomRecord], seed: String) {
        self.seed = seed
        for record in records {
            let key = Key(process: record.process, program: record.program)
            guard let text = record.bytes, record.sizeInBytes > 0 else { continue }
            switch record.source {
            case .startup: programs[key, default: Program()].startup = Base64.decode(text)
            case .getrandom, .device:
                programs[key, default: Program()].add(record, text)
            }
        }
    }

    /// The 16 bytes that a program is given at its start.
    mutating func startup(_ key: Key) -> [UInt8] {
        if let recorded = programs[key]?.startup, recorded.count == 16 { return recorded }
        return generate(16, key, source: "startup")
    }

    /// The bytes of one getrandom, or of one read of a device.
    ///
    /// - Parameters:
    ///   - count: How many are asked for.
    ///   - key: The program that asks.
    ///   - thread: The thread's position; nil where threads are not the program's own matter (goroutines move
    ///     between them), so that only the order counts.
    ///   - source: Where they are drawn from.
    /// - Returns: So many bytes.
    mutating func draw(
        _ count: Int, _ key: Key, thread: Int?, _ source: RandomRecord.Source = .getrandom
    ) -> Bytes {
        if let draw = programs[key]?.take(count, thread, source), let bytes = Base64.decode(draw.text),
            bytes.count == count
        {
            return Bytes(bytes: bytes, isRecorded: true)
        }
        unrecorded[key.process, default: 0] += count
        return Bytes(bytes: generate(count, key, source: "\(source) \(thread ?? 0)"), isRecorded: false)
    }

    private mutating func generate(_ count: Int, _ key: Key, source: String) -> [UInt8] {
        let name = "\(key.process) \(key.program) \(source)"
        return generators[name, default: SeededBytes(seed, name)].next(count)
    }
}
