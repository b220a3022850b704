import AmberKernel
import AmberModel
import AmberSupervisor

/// The program's streams in a replay: of the recorded kinds, fed with the recorded input, copied to ours.
final class ReplayStreams {
    let streams: StandardStreams
    /// Files in memory that stand for streams that were files; nil elsewhere. Number of descriptor by stream.
    private let files: [Int32?]

    /// Wires them.
    ///
    /// - Parameters:
    ///   - run: What they were.
    ///   - input: What was read from standard input.
    ///   - shown: Descriptors of ours that output and error are copied to.
    /// - Throws: `SyscallError`.
    init(
        _ run: RunRecord, input: [UInt8]?, shown: (output: Int32, error: Int32) = (1, 2)
    ) throws(SyscallError) {
        var files: [Int32?] = [nil, nil, nil]
        var wirings: [StreamWiring] = []
        wirings.append(try Self.input(run.standardInput.kind, input ?? [], &files))
        wirings.append(try Self.output(run.standardOutput.kind, 1, shown.output, &files))
        let follows = run.standardError.sameAs == 1
        if follows, let output = files[1] {
            wirings.append(.passThrough(output))
        } else {
            wirings.append(try Self.output(run.standardError.kind, 2, shown.error, &files))
        }
        var size: TerminalSize?
        for kind in [run.standardOutput.kind, run.standardError.kind] {
            if case .terminal(let columns, let rows) = kind {
                size = TerminalSize(columns: UInt16(clamping: columns), rows: UInt16(clamping: rows))
            }
        }
        streams = try StandardStreams(wirings, errorFollowsOutput: follows, spool: nil, size: size)
        self.files = files
    }

    /// Our own streams, for another command than the recorded one.
    init() throws(SyscallError) {
        streams = try StandardStreams(
            [.passThrough(0), .passThrough(1), .passThrough(2)], errorFollowsOutput: false, spool: nil,
            size: nil)
        files = [nil, nil, nil]
    }

    deinit { for case .some(let number) in files { _ = OwnedDescriptor(adopting: number) } }

    /// Says from any thread how many bytes went to output and error so far.
    var positions: @Sendable () -> (Int, Int) {
        let recordings = streams.recordings
        let files = files
        return {
            func position(_ number: Int) -> Int {
                if let file = files[number] {
                    return Int(clamping: (try? Files.status(of: file).sizeInBytes) ?? 0)
                }
                return Int(clamping: recordings[number]?.total ?? 0)
            }
            return (position(1), position(2))
        }
    }

    /// Shows what went to files, and returns what output and error hold.
    func collect() -> (output: [UInt8]?, error: [UInt8]?) {
        var contents: [[UInt8]?] = streams.recordings.map { $0?.contents().bytes }
        for number in 1..<3 {
            guard let file = files[number], (try? Files.seek(file, to: 0)) != nil,
                let bytes = try? Files.readAll(file, limit: 256 << 20)
            else { continue }
            contents[number] = StreamRecording.kept(of: bytes)
            try? Files.writeAll(Int32(number), bytes)
        }
        return (contents[1], contents[2])
    }

    private static func input(
        _ kind: StreamKind, _ bytes: [UInt8], _ files: inout [Int32?]
    ) throws(SyscallError) -> StreamWiring {
        switch kind {
        case .closed: return .closed
        case .pipe, .socket: return .bytes(bytes)
        case .file, .terminal:
            let file = try Files.makeMemoryFile("amber-stdin")
            try Files.writeAll(file.number, bytes)
            try Files.seek(file.number, to: 0)
            let number = file.release()
            files[0] = number
            if case .terminal = kind { return .terminal(outer: number) }
            return .passThrough(number)
        case .null, .device: return try null(0, &files)
        }
    }

    private static func output(
        _ kind: StreamKind, _ number: Int32, _ shown: Int32, _ files: inout [Int32?]
    ) throws(SyscallError) -> StreamWiring {
        switch kind {
        case .closed: return .closed
        case .pipe: return .copiedPipe(outer: shown)
        case .socket: return .socket(outer: shown)
        case .terminal: return .terminal(outer: shown)
        case .file:
            let file = try Files.makeMemoryFile(number == 1 ? "amber-stdout" : "amber-stderr").release()
            files[Int(number)] = file
            return .passThrough(file)
        case .null, .device: return try null(Int(number), &files)
        }
    }

    private static func null(_ number: Int, _ files: inout [Int32?]) throws(SyscallError) -> StreamWiring {
        let null = try Files.open("/dev/null", Files.Flag.readWrite).release()
        files[number] = null
        return .passThrough(null)
    }
}
