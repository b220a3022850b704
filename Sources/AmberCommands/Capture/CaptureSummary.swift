import AmberBundle
import AmberCapture
import AmberModel

/// What `amber capture` says at the end; the bundle's path is the last line on stderr.
struct CaptureSummary {
    let report: CaptureReport
    let isQuiet: Bool

    func print(to console: Console) {
        for note in report.notes { console.say(note) }
        guard let bundle = report.bundle else { return }
        if !isQuiet {
            if let signature = report.signature, !report.outcome.isSuccess {
                console.say("failure: \(signature.summary)")
            }
            for row in report.fidelity?.rows ?? [] where row.level != .exact && row.isRemarkable {
                console.say("\(row.aspect) \(row.level.rawValue): \(row.reason ?? "")")
            }
            console.say("\(ByteCount.text(bundle.sizeInBytes)); replay it with: amber replay \(bundle.path)")
        }
        console.line(bundle.path)
    }
}

extension FidelityReport.Row {
    /// Rows that are the same for every run need not be repeated each time.
    var isRemarkable: Bool { !["clock", "randomness", "identity", "directories"].contains(aspect) }
}

extension FailureSignature {
    /// One line: type, message, top frame, outcome.
    var summary: String {
        var parts: [String] = []
        if let type {
            parts.append(message.map { "\(type): \($0)" } ?? type)
        } else if let message {
            parts.append(message)
        }
        if let frame = frames.first { parts.append("at \(frame.summary)") }
        let end = outcome == .running ? "no response" : outcome.description
        parts.append(status.map { "(status \($0))" } ?? "(\(end))")
        return parts.joined(separator: " ")
    }
}

extension FailureSignature.Frame {
    /// `function file:line`, as far as known.
    var summary: String {
        let place = file.map { file in line.map { "\(file):\($0)" } ?? file }
        return [function, place].compactMap { $0 }.joined(separator: " ")
    }
}
