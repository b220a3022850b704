import AmberModel

/// What was looked at after a failure, in words for a terminal.
struct ProbeText {
    let probe: BundleSummary.Probe

    /// Lines of an answer that are shown.
    private static let mostLines = 8
    private static let longestLine = 160

    /// `node version, /usr/bin/node --version, exit code 0`, and what came of it.
    var lines: [String] {
        let record = probe.record
        var parts = ["\(record.recipe) \(record.name)"]
        if let path = record.path { parts.append(path.description) }
        if let command = record.command { parts.append(command.map(\.description).joined(separator: " ")) }
        if let outcome = record.outcome, !outcome.isSuccess { parts.append(outcome.description) }
        if let absence = record.absence { parts.append("not made: \(absence)") }
        if record.isTruncated { parts.append("cut") }
        let answer = probe.text.split(whereSeparator: \.isNewline)
        let more = answer.count - Self.mostLines
        return ["  " + parts.joined(separator: ", ")]
            + answer.prefix(Self.mostLines).map { "    " + String($0.prefix(Self.longestLine)) }
            + (more > 0 ? ["    … and \(more) lines more"] : [])
    }
}
