import AmberBundle
import AmberKernel
import AmberModel
import AmberRecipes

/// What the recipes of a failure look at when the run has ended: files of the kernel, and commands that may only look.
struct FailureProbes {
    /// Of the recipes of the failure, those that were chosen or are shipped.
    let chosen: [Recipe]
    /// Those that merely lie in the user's directory: their probes are named, and not made.
    let others: [Recipe]
    /// The programs that failed.
    let programs: [ProgramTraits]

    /// Most files, and the time that all commands have together.
    private static let mostFiles = 100
    private static let budget = Duration.seconds(10)

    /// A probe's line and bytes.
    struct Answer {
        var record: ProbeRecord
        var bytes: [UInt8] = []
    }

    /// Makes the probes; blocks, at most the budget and a moment.
    func answers() -> [Answer] {
        var answers: [Answer] = []
        let deadline = Clock.monotonic() + Self.budget.nanoseconds
        for recipe in chosen {
            for probe in recipe.probes {
                switch probe.look {
                case .files(let patterns): read(patterns, probe, recipe, &answers)
                case .command(let words): run(words, probe, recipe, deadline, &answers)
                }
            }
        }
        for recipe in others {
            for probe in recipe.probes {
                var record = ProbeRecord(number: answers.count + 1, recipe: recipe.name, name: probe.name)
                record.absence = "the recipe is neither shipped nor named with --recipe"
                answers.append(Answer(record: record))
            }
        }
        return answers
    }

    /// The files of the record layer; none where nothing was looked at.
    static func entries(_ answers: [Answer]) throws -> [LayerEntry] {
        guard !answers.isEmpty else { return [] }
        var lines: [UInt8] = []
        for answer in answers { lines += try RecordJSON.encode(answer.record) + [UInt8(ascii: "\n")] }
        return [LayerEntry.record("probes.jsonl", lines)]
            + answers.filter { !$0.bytes.isEmpty }.map {
                LayerEntry.record("probes/\($0.record.number)", $0.bytes)
            }
    }

    private func read(
        _ patterns: [String], _ probe: Recipe.Probe, _ recipe: Recipe, _ answers: inout [Answer]
    ) {
        for path in patterns.flatMap({ PathGlob.paths(Array($0.utf8)) }) where answers.count < Self.mostFiles
        {
            var record = ProbeRecord(number: answers.count + 1, recipe: recipe.name, name: probe.name)
            record.path = ByteString(path)
            var bytes: [UInt8] = []
            do throws(SyscallError) {
                let flags = Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noControllingTerminal
                let root = try Files.open("/", Files.Flag.path | Files.Flag.directory)
                // Without links: what a recipe may read is told by the path.
                let file = try Files.openBeneath(KernelPath(Array(path.dropFirst())), flags, in: root.number)
                guard try Files.status(of: file.number).isRegular else { continue }
                while bytes.count < ProbeRun.outputLimit {
                    let piece = try Files.readSome(file.number, limit: ProbeRun.outputLimit - bytes.count)
                    if piece.isEmpty { break }
                    bytes += piece
                }
            } catch {
                // Which files there are differs between kernels.
                guard error.code != Errno.noEntry else { continue }
                record.absence = Errno.text(of: error.code)
            }
            record.isTruncated = bytes.count == ProbeRun.outputLimit
            record.sizeInBytes = bytes.count
            answers.append(Answer(record: record, bytes: bytes))
        }
    }

    private func run(
        _ words: [String], _ probe: Recipe.Probe, _ recipe: Recipe, _ deadline: Int64,
        _ answers: inout [Answer]
    ) {
        var record = ProbeRecord(number: answers.count + 1, recipe: recipe.name, name: probe.name)
        var command = words.map { ByteString($0) }
        if words.first == "{program}" {
            guard let program = programs.first(where: { recipe.isOwnExecutable($0) }) else { return }
            command[0] = program.executable
        }
        record.command = command
        let left = (deadline - Clock.monotonic()) / 1_000_000
        guard left > 0 else {
            record.absence = "the time for probes was over"
            answers.append(Answer(record: record))
            return
        }
        let result = ProbeRun(
            command: command, limit: min(.seconds(probe.seconds), .milliseconds(left))
        ).run()
        record.outcome = result.outcome
        record.duration = result.refusal == nil ? result.duration : nil
        record.isTruncated = result.isTruncated
        record.sizeInBytes = result.output.count
        record.absence = result.refusal
        answers.append(Answer(record: record, bytes: result.output))
    }
}
