package import AmberModel

/// Reads the failure out of what a run printed.
///
/// Every recipe looks for its shapes. The failure that is the best evidence of how the run ended wins: first by what
/// its shape proves (printed by the dying runtime, or by the program), by whether the outcome fits, by whether the
/// program runs on that runtime; among equals the last one, because programs log what they handled and then die of
/// something else.
package struct FailureReader: Sendable {
    /// Lines that may follow a failure: hooks at exit, other threads, the object printed after an exception. After
    /// more than that the program lived on.
    static let mostTrailingLines = 64

    private struct Reader: Sendable {
        let recipe: Recipe
        let standardError: FailureScan
        let standardOutput: FailureScan
        let everything: FailureScan
    }

    private struct Candidate {
        let failure: FoundFailure
        let recipe: Recipe
        let rank: Int
    }

    private let readers: [Reader]
    private let trailers: [Pattern]
    private let normaliser: Normaliser

    /// Prepares the recipes; their order decides between failures that begin in the same line.
    package init(recipes: [Recipe]) {
        readers = recipes.map { recipe in
            Reader(
                recipe: recipe,
                standardError: FailureScan(shapes: recipe.shapes.filter { $0.stream != .stdout }),
                standardOutput: FailureScan(shapes: recipe.shapes.filter { $0.stream != .stderr }),
                everything: FailureScan(shapes: recipe.shapes))
        }
        trailers = recipes.flatMap(\.trailers)
        normaliser = Normaliser(rules: recipes.flatMap(\.normalisation))
    }

    /// The signature of a run.
    ///
    /// Only the last 256 KiB of each output count. A success and a time-out have no failure to read. An exit code
    /// that no recipe explains has the last line of standard error as its message; a signal has a message only
    /// where a recipe reads one.
    package func signature(
        outcome: Outcome, program: ProgramTraits, standardError: [UInt8], standardOutput: [UInt8]
    ) -> FailureSignature {
        guard !outcome.isSuccess, outcome != .timedOut else { return FailureSignature(outcome: outcome) }
        let errors = FailureText(standardError)
        // A service lives on: what was said behind the failure says nothing about it.
        let errorEnds = outcome == .running ? (silent: 0, quiet: 0) : ends(of: errors)
        let isSilent = (0..<errors.count).allSatisfy { errors.isBlank($0) }
        var best: Candidate?
        var handled: Set<Int> = []
        let main = Set(RecipeLibrary.recognising(program, in: readers.map(\.recipe)).map(\.name))
        for reader in readers {
            let isMain = main.contains(reader.recipe.name)
            for failure in reader.standardError.failures(in: errors, endingFrom: errorEnds.quiet) {
                if failure.shape.weight == .handled { handled.formUnion(failure.lines) }
                consider(failure, errorEnds, of: reader.recipe, isMain, outcome, &best)
            }
        }
        if best == nil, !standardOutput.isEmpty {
            let output = FailureText(standardOutput)
            let outputEnds = outcome == .running ? (silent: 0, quiet: 0) : ends(of: output)
            for reader in readers {
                let isMain = main.contains(reader.recipe.name)
                let scan = isSilent ? reader.everything : reader.standardOutput
                for failure in scan.failures(in: output, endingFrom: outputEnds.quiet) {
                    consider(failure, outputEnds, of: reader.recipe, isMain, outcome, &best)
                }
            }
        }
        if let best { return signature(outcome, best) }
        guard case .exited = outcome else { return FailureSignature(outcome: outcome) }
        let spoken = (0..<errors.count).filter { !errors.isBlank($0) && !handled.contains($0) }
        let last = spoken.last { !isTrailer(errors, $0) } ?? spoken.last
        return FailureSignature(outcome: outcome, message: last.map { message(errors.string($0)) })
    }

    private func consider(
        _ failure: FoundFailure, _ ends: (silent: Int, quiet: Int), of recipe: Recipe, _ isMain: Bool,
        _ outcome: Outcome,
        _ best: inout Candidate?
    ) {
        guard let rank = rank(failure.shape, isMain: isMain, outcome), isMain || isAtHome(failure),
            failure.lines.upperBound >= (failure.shape.isAtEnd ? ends.silent : ends.quiet)
        else { return }
        if let best, (best.rank, best.failure.lines.lowerBound) >= (rank, failure.lines.lowerBound) { return }
        best = Candidate(failure: failure, recipe: recipe, rank: rank)
    }

    /// How well a shape explains the outcome: higher is better, nil where it does not at all.
    private func rank(_ shape: FailureShape, isMain: Bool, _ outcome: Outcome) -> Int? {
        let explains: Bool
        switch outcome {
        case .exited(let code):
            // A wrapper (sh, make, a container) turns its child's signal into 128+n and any code into its own.
            let fits = shape.exitCodes.isEmpty || shape.exitCodes.contains(code)
            explains = fits || shape.signals.contains(code - 128) || !isMain
        case .signaled(let signal):
            guard shape.signals.contains(signal) else { return nil }
            explains = true
        case .timedOut: return nil
        // A service lives on after what its framework caught and wrote down.
        case .running: explains = true
        }
        switch (shape.weight, explains) {
        case (.handled, _): return outcome == .running ? 0 : nil
        case (.uncaught, true): return isMain ? 5 : 4
        case (.reported, true): return isMain ? 3 : 2
        case (.uncaught, false): return 1
        case (.reported, false): return 0
        }
    }

    /// Tells whether the first frame's file is one of this runtime, where the shape is particular about it.
    private func isAtHome(_ failure: FoundFailure) -> Bool {
        guard !failure.shape.files.isEmpty else { return true }
        guard let file = failure.frames.first?.file else { return false }
        let name = Array(file.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.reversed())
        return failure.shape.files.contains { $0.matches(name) }
    }

    /// The first lines after which nothing, and little enough, is said: what ends there can have ended the program.
    private func ends(of text: FailureText) -> (silent: Int, quiet: Int) {
        var silent: Int?
        var spoken = 0
        var line = text.count
        while line > 0 {
            if !text.isBlank(line - 1), !isTrailer(text, line - 1) {
                if silent == nil { silent = line }
                spoken += 1
                if spoken > Self.mostTrailingLines { break }
            }
            line -= 1
        }
        return (silent ?? 0, line)
    }

    private func isTrailer(_ text: FailureText, _ line: Int) -> Bool {
        trailers.contains { text.match($0, line: line) != nil }
    }

    private func signature(_ outcome: Outcome, _ best: Candidate) -> FailureSignature {
        let rename = Normaliser(rules: best.recipe.frameRules)
        let frames = best.failure.frames.map { frame in
            var frame = frame
            frame.function = frame.function.map { rename.normalise($0).text }
            if let file = frame.file {
                if best.recipe.unnumberedFrames.contains(where: { $0.matches(Array(file.utf8)) }) {
                    frame.line = nil
                }
                frame.file = rename.normalise(file).text
            }
            return frame
        }
        return FailureSignature(
            outcome: outcome, runtime: best.recipe.name, type: best.failure.type,
            message: best.failure.message.map(message), frames: frames)
    }

    private func message(_ text: String) -> String { normaliser.normalise(text).text }
}
