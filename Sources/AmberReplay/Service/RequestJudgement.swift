import AmberHTTP
import AmberModel
import AmberRecipes

/// Decides the verdict out of two responses and what the service said about them. Pure.
struct RequestJudgement {
    /// The recorded failure.
    let recorded: FailureSignature
    /// How the service was afterwards, and the failure that it told of; its status is taken from the answer.
    let replayed: FailureSignature
    let failing: RequestRecord
    let recordedResponse: [UInt8]?
    let answer: RequestClient.Answer?
    let normaliser: Normaliser
    /// What made the bundle; what it looks at must have happened again.
    var trigger: ServiceRecord.Trigger?
    /// What the service wrote meanwhile; nil where that is not seen.
    var said: [UInt8]?

    /// The verdict.
    func verdict(_ divergences: [Verdict.Divergence], changes: [String]) -> Verdict {
        let isHead = failing.method == "HEAD"
        let here = answer.flatMap { try? HTTPMessage(response: $0.bytes, toHead: isHead) }
        let there = recordedResponse.flatMap { try? HTTPMessage(response: $0, toHead: isHead) }
        var signature = replayed
        signature.status = here?.status
        signature = signature.telling(
            here?.value(FailureHeader.name).flatMap { FailureHeader.decode($0) })
        let comparison = ResponseComparison { [normaliser] in normaliser.normalise($0).bytes }
        var differences: [String] = []
        switch (there, here) {
        case (let there?, let here?): differences = comparison.differences(there, here)
        case (nil, let here?): differences = ["production gave no response; here it is \(here.status)"]
        case (let there?, nil): differences = ["the status was \(there.status); here no response came"]
        case (nil, nil): break
        }
        let absence = absence
        if let absence { differences.append(absence) }
        let isRefused = divergences.contains(where: \.isRefusal)
        let isSame =
            isSame(differences, signature, there, here)
            // What was changed asks a peer for something new, and gets no answer: that fails, too, and often in the
            // same few words.
            && !(isRefused && !changes.isEmpty && signature.type == nil)
        let told = differences.map {
            Verdict.Divergence(
                event: nil, subject: ByteString("response"), description: $0, isRefusal: false)
        }
        let isIdentical =
            isSame && there?.body == here?.body && there?.status == here?.status && differences.isEmpty
            && signature.matches(recorded) && !isRefused
        return Verdict(
            verdict: kind(isSame, isIdentical, here, divergences), outcome: Verdict.Side(signature),
            recorded: Verdict.Side(recorded), divergences: told + divergences, normalisations: [],
            changes: changes)
    }

    /// The failure is the recorded one: same status and end, and the same exception or else the same body.
    private func isSame(
        _ differences: [String], _ signature: FailureSignature, _ there: HTTPMessage?, _ here: HTTPMessage?
    ) -> Bool {
        guard there?.status == here?.status, signature.outcome == recorded.outcome, absence == nil else {
            return false
        }
        if recorded.type != nil || signature.type != nil { return signature.matches(recorded) }
        return differences.isEmpty
    }

    /// Why the failure did not happen although the response is the same: it was slow, or logged.
    private var absence: String? {
        if let latency = trigger?.latency, let waited = answer?.waited, waited <= latency {
            let there = failing.waited.map { "after \($0 / 1_000_000) ms" } ?? "never"
            return "production answered \(there); here it took \(waited / 1_000_000) ms"
        }
        if trigger?.name == "log", let text = trigger?.pattern, let said,
            let pattern = try? TextPattern(text, place: "the bundle's trigger"),
            pattern.firstLine(in: said) == nil
        {
            return "production logged '\(text)'; here nothing like it was written"
        }
        return nil
    }

    private func kind(
        _ isSame: Bool, _ isIdentical: Bool, _ here: HTTPMessage?, _ divergences: [Verdict.Divergence]
    ) -> Verdict.Kind {
        if isIdentical { return .identical }
        if isSame { return .reproduced }
        let isFailure = replayed.outcome != .running || here.map { $0.status >= 500 } ?? true
        if isFailure, divergences.contains(where: \.isRefusal) { return .diverged }
        return isFailure ? .differentFailure : .noFailure
    }
}
