import AmberModel
import AmberRecipes

/// Decides the verdict out of two ends and two outputs. Pure.
struct Judgement {
    let run: RunRecord
    let program: ProgramTraits
    let outcome: Outcome
    let output: [UInt8]?
    let error: [UInt8]?
    let recordedOutput: [UInt8]?
    let recordedError: [UInt8]?
    let recipes: [Recipe]
    /// Names functions that were told by module and offset.
    var naming: (FailureSignature) -> FailureSignature = { $0 }

    /// The verdict.
    func verdict(_ divergences: [Verdict.Divergence], changes: [String]) -> Verdict {
        let isErrorPartOfOutput = run.standardError.sameAs == 1
        let printed = FailureReader(recipes: recipes).signature(
            outcome: outcome, program: program,
            // As the capture does: where standard error was not recorded, output is all there is to read.
            standardError: (isErrorPartOfOutput || recordedError == nil ? output : error) ?? [],
            standardOutput: output ?? [])
        // A bundle of an earlier Amber has them as they were printed.
        let signature = printed.matches(run.signature) ? printed : naming(printed)
        let normaliser = Normaliser(rules: recipes.flatMap(\.normalisation))
        var used: Set<String> = []
        if output != recordedOutput { used.formUnion(rules(output, recordedOutput, normaliser)) }
        if error != recordedError { used.formUnion(rules(error, recordedError, normaliser)) }
        return Verdict(
            verdict: kind(signature, divergences, isChanged: !changes.isEmpty, isAlike: areAlike(normaliser)),
            outcome: Verdict.Side(signature),
            recorded: Verdict.Side(run.signature), divergences: divergences, normalisations: used.sorted(),
            changes: changes)
    }

    private func kind(
        _ signature: FailureSignature, _ divergences: [Verdict.Divergence], isChanged: Bool, isAlike: Bool
    ) -> Verdict.Kind {
        if signature.matches(run.signature) {
            // An exit code and a line of text are weak evidence. Where a changed run failed for want of a file, it is
            // a failure of the bundle's until the outputs say that it is the recorded one.
            let isWeak = signature.type == nil && signature.frames.isEmpty
            if isWeak, isChanged, !isAlike, divergences.contains(where: \.isRefusal) { return .diverged }
            let isEqual = (output ?? []) == (recordedOutput ?? []) && (error ?? []) == (recordedError ?? [])
            return isEqual && !divergences.contains(where: \.isRefusal) ? .identical : .reproduced
        }
        if divergences.contains(where: \.isRefusal) { return .diverged }
        return outcome.isSuccess ? .noFailure : .differentFailure
    }

    /// Tells whether both outputs are the recorded ones, but for what differs from run to run.
    private func areAlike(_ normaliser: Normaliser) -> Bool {
        [(output, recordedOutput), (error, recordedError)].allSatisfy { here, there in
            here == there || normaliser.normalise(here ?? []).bytes == normaliser.normalise(there ?? []).bytes
        }
    }

    /// The rules that make two different outputs equal; none where they stay different.
    private func rules(_ here: [UInt8]?, _ there: [UInt8]?, _ normaliser: Normaliser) -> [String] {
        let left = normaliser.normalise(Array((here ?? []).suffix(1 << 16)))
        let right = normaliser.normalise(Array((there ?? []).suffix(1 << 16)))
        return left.bytes == right.bytes ? left.used + right.used : []
    }
}
