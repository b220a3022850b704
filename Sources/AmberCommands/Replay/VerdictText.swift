import AmberModel

/// A verdict in words, with its evidence.
struct VerdictText {
    let verdict: Verdict

    /// Several lines, the conclusion first.
    var text: String {
        var lines = ["amber: verdict: \(verdict.verdict.rawValue) — \(meaning)"]
        lines.append("  recorded: \(verdict.recorded.signature.summary)")
        lines.append("  replayed: \(verdict.outcome.signature.summary)")
        if let request = verdict.request, request.candidates.count > 1 {
            lines.append(
                "  request: \(request.number), \(request.method) \(request.target); one of \(request.candidates.count) that were open when the service went away"
            )
        }
        if let first = verdict.divergences.first {
            lines.append("  first divergence: \(first.description)")
            for divergence in verdict.divergences.dropFirst().prefix(4) {
                lines.append("    then: \(divergence.description)")
            }
            let more = verdict.divergences.count - 5
            if more > 0 { lines.append("    and \(more) more (--json has them all)") }
        }
        if let frames = verdict.debuggerFrames {
            lines.append(
                frames.isEmpty
                    ? "  gdb found no frames in another replay"
                    : "  frames, as gdb saw them in another replay:")
            lines += frames.prefix(20).map { "    \($0.summary)" }
        }
        if !verdict.normalisations.isEmpty {
            lines.append("  outputs are equal after: \(verdict.normalisations.joined(separator: ", "))")
        }
        if !verdict.changes.isEmpty {
            lines.append("  changed for this replay: \(verdict.changes.joined(separator: ", "))")
        }
        return lines.map(PlainText.line).joined(separator: "\n")
    }

    private var meaning: String {
        switch verdict.verdict {
        case .identical: "the same failure, and the same output byte for byte"
        case .reproduced: "the same failure"
        case .differentFailure: "it failed, but not in the recorded way"
        case .noFailure: "it did not fail"
        case .diverged: "not reproduced: it needed something that the bundle does not hold"
        }
    }
}
