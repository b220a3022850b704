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
        var thread: Int
        var source: RandomRecord.Source
        var size: Int
        var text: String
    }

    private struct Program: Sendable {
        var startup: [UInt8]?
        /// What was not given out yet, in order.
        var draws: [Draw] = []
        var first = 0
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
                programs[key, default: Program()].draws.append(
                    Draw(
                        thread: record.thread, source: record.source, size: record.sizeInBytes, text: text))
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
        if let index = find(count, key, thread, source), let draw = programs[key]?.draws[index] {
            take(index, key)
            if let bytes = Base64.decode(draw.text), bytes.count == count {
                return Bytes(bytes: bytes, isRecorded: true)
            }
        }
        unrecorded[key.process, default: 0] += count
        return Bytes(bytes: generate(count, key, source: "\(source) \(thread ?? 0)"), isRecorded: false)
    }

    /// The thread's own next draw; where it has none left, the program's next.
    private func find(
        _ count: Int, _ key: Key, _ thread: Int?, _ source: RandomRecord.Source
    ) -> Int? {
        guard let program = programs[key] else { return nil }
        let left = program.draws.indices[program.first...].lazy.filter {
            program.draws[$0].thread >= 0 && program.draws[$0].source == source
        }
        if let thread, let own = left.first(where: { program.draws[$0].thread == thread }) {
            if program.draws[own].size == count { return own }
            return left.first { program.draws[$0].thread == thread && program.draws[$0].size == count }
        }
        return left.first { program.draws[$0].size == count }
    }

    /// Marks a draw as given out, and forgets the beginning where all of it is.
    private mutating func take(_ index: Int, _ key: Key) {
        programs[key]?.draws[index].thread = -1
        while let program = programs[key], program.first < program.draws.count,
            program.draws[program.first].thread < 0
        {
            programs[key]?.first += 1
        }
    }

    private mutating func generate(_ count: Int, _ key: Key, source: String) -> [UInt8] {
        let name = "\(key.process) \(key.program) \(source)"
        return generators[name, default: SeededBytes(seed, name)].next(count)
    }
}
