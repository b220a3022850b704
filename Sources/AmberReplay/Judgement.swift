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

    /// The verdict.
    func verdict(_ divergences: [Verdict.Divergence], changes: [String]) -> Verdict {
        let isErrorPartOfOutput = run.standardError.sameAs == 1
        let signature = FailureReader(recipes: recipes).signature(
            outcome: outcome, program: program,
            // As the capture does: where standard error was not recorded, output is all there is to read.
            standardError: (isErrorPartOfOutput || recordedError == nil ? output : error) ?? [],
            standardOutput: output ?? [])
        let normaliser = Normaliser(rules: recipes.flatMap(\.normalisation))
        var used: Set<String> = []
        if output != recordedOutput { used.formUnion(rules(output, recordedOutput, normaliser)) }
        if error != recordedError { used.formUnion(rules(error, recordedError, normaliser)) }
        return Verdict(
            verdict: kind(signature, divergences), outcome: Verdict.Side(signature),
            recorded: Verdict.Side(run.signature), divergences: divergences, normalisations: used.sorted(),
            changes: changes)
    }

    private func kind(_ signature: FailureSignature, _ divergences: [Verdict.Divergence]) -> Verdict.Kind {
        if signature.matches(run.signature) {
            let isEqual = (output ?? []) == (recordedOutput ?? []) && (error ?? []) == (recordedError ?? [])
            return isEqual && !divergences.contains(where: \.isRefusal) ? .identical : .reproduced
        }
        if divergences.contains(where: \.isRefusal) { return .diverged }
        return outcome.isSuccess ? .noFailure : .differentFailure
    }

    /// The rules that make two different outputs equal; none where they stay different.
    private func rules(_ here: [UInt8]?, _ there: [UInt8]?, _ normaliser: Normaliser) -> [String] {
        let left = normaliser.normalise(Array((here ?? []).suffix(1 << 16)))
        let right = normaliser.normalise(Array((there ?? []).suffix(1 << 16)))
        return left.bytes == right.bytes ? left.used + right.used : []
    }
}
