import AmberHTTP
import AmberModel
import AmberRecipes

/// Decides the verdict out of two responses and what the service said about them. Pure.
struct RequestJudgement {
    let run: RunRecord
    let program: ProgramTraits
    let service: ServiceRecord
    let failing: RequestRecord
    let recordedResponse: [UInt8]?
    let outcome: Outcome
    let conversation: ServiceDriver.Result
    let output: [UInt8]
    let error: [UInt8]
    let recipes: [Recipe]

    /// The verdict.
    func verdict(_ divergences: [Verdict.Divergence], changes: [String]) -> Verdict {
        let isHead = failing.method == "HEAD"
        let here = conversation.answer.flatMap { try? HTTPMessage(response: $0.bytes, toHead: isHead) }
        let there = recordedResponse.flatMap { try? HTTPMessage(response: $0, toHead: isHead) }
        let signature = signature(status: here?.status).telling(
            here?.value(FailureHeader.name).flatMap { FailureHeader.decode($0) })
        let normaliser = Normaliser(rules: recipes.flatMap(\.normalisation))
        let comparison = ResponseComparison { normaliser.normalise($0).bytes }
        var differences: [String] = []
        switch (there, here) {
        case (let there?, let here?): differences = comparison.differences(there, here)
        case (nil, let here?): differences = ["production gave no response; here it is \(here.status)"]
        case (let there?, nil): differences = ["the status was \(there.status); here no response came"]
        case (nil, nil): break
        }
        let isSame = isSame(differences, signature, there, here)
        let told = differences.map {
            Verdict.Divergence(
                event: nil, subject: ByteString("response"), description: $0, isRefusal: false)
        }
        let isIdentical =
            isSame && there?.body == here?.body && there?.status == here?.status && differences.isEmpty
            && signature.matches(run.signature) && !divergences.contains(where: \.isRefusal)
        return Verdict(
            verdict: kind(isSame, isIdentical, here, divergences), outcome: Verdict.Side(signature),
            recorded: Verdict.Side(run.signature), divergences: told + divergences, normalisations: [],
            changes: changes)
    }

    /// The failure is the recorded one: same status and end, and the same exception or else the same body.
    private func isSame(
        _ differences: [String], _ signature: FailureSignature, _ there: HTTPMessage?, _ here: HTTPMessage?
    ) -> Bool {
        guard there?.status == here?.status, signature.outcome == run.signature.outcome else { return false }
        if run.signature.type != nil || signature.type != nil { return signature.matches(run.signature) }
        return differences.isEmpty
    }

    private func kind(
        _ isSame: Bool, _ isIdentical: Bool, _ here: HTTPMessage?, _ divergences: [Verdict.Divergence]
    ) -> Verdict.Kind {
        if isIdentical { return .identical }
        if isSame { return .reproduced }
        let isFailure = outcome != .running || here.map { $0.status >= 500 } ?? true
        if isFailure, divergences.contains(where: \.isRefusal) { return .diverged }
        return isFailure ? .differentFailure : .noFailure
    }

    private func signature(status: Int?) -> FailureSignature {
        let isErrorPartOfOutput = run.standardError.sameAs == 1
        let said = Array(output.dropFirst(conversation.outputStart))
        var signature = FailureReader(recipes: recipes).signature(
            outcome: outcome, program: program,
            standardError: isErrorPartOfOutput
                ? said : Array(error.dropFirst(conversation.errorStart)),
            standardOutput: said)
        signature.status = status
        return signature
    }
}
