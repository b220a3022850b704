import AmberModel

/// A bundle in words, for a terminal.
struct SummaryText {
    let summary: BundleSummary
    let path: String

    private static let mostConversations = 20

    var text: String {
        var lines = [summary.bundle.title, ""]
        if let run = summary.run {
            lines.append("command    \(run.arguments.map(\.description).joined(separator: " "))")
            lines.append("directory  \(run.workingDirectory)")
            let user = run.userName.map { "\($0) (\(run.userID))" } ?? "\(run.userID)"
            lines.append("user       \(user)")
            lines.append("outcome    \(run.outcome) after \(Self.seconds(run.resourceUse.wallTime))")
            lines.append("failure    \(run.signature.summary)")
            for frame in run.signature.frames.dropFirst().prefix(8) {
                lines.append("           from \(frame.summary)")
            }
            if let frames = summary.debuggerFrames {
                lines.append("frames     from a replay under gdb:")
                lines += frames.prefix(20).map { "           \($0.summary)" }
            } else if Self.lacksFrames(run) {
                lines.append("frames     none were printed; gdb finds them: amber replay \(path) --frames")
            }
        }
        if let request = summary.request {
            let end = request.status.map { "\($0)" } ?? request.ending.rawValue
            let time = request.duration.map { " after \(Self.seconds($0))" } ?? ""
            lines.append(
                "request    \(request.method) \(request.target) → \(end)\(time), from \(request.client)")
            lines.append("trigger    \(summary.service?.trigger.reason ?? "")")
            for (name, value) in (request.failure?.notes ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines.append("note       \(name): \(value)")
            }
            let counts = (summary.requests ?? [:]).sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("requests   \(counts.joined(separator: ", "))")
        }
        lines.append("captured   \(summary.bundle.created) by Amber \(summary.bundle.amberVersion)")
        if let host = summary.host {
            let system = host.distribution["PRETTY_NAME"] ?? "unknown system"
            lines.append(
                "host       \(host.hostName), \(system), Linux \(host.kernelRelease), \(host.architecture)")
        }
        lines.append("")
        lines.append(
            "layers     "
                + summary.layers.map { "\($0.name.rawValue) \(ByteCount.text($0.sizeInBytes))" }.joined(
                    separator: ", "))
        lines.append(
            "files      "
                + summary.files.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(
                    separator: ", "))
        lines.append("packages   \(summary.packages.count)")
        for package in summary.packages.prefix(200) {
            lines.append("           \(package.name) \(package.version ?? "")")
        }
        if !summary.conversations.isEmpty {
            lines += ["", "network"]
            lines += summary.conversations.prefix(Self.mostConversations).map {
                "  " + ConversationText.line($0)
            }
            let more = summary.conversations.count - Self.mostConversations
            if more > 0 { lines.append("  … and \(more) more; --network-only lists all") }
        }
        if !summary.annotations.isEmpty {
            lines += ["", "annotations"]
            lines += summary.annotations.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
        }
        if !summary.probes.isEmpty {
            lines += ["", "after the failure"]
            for probe in summary.probes { lines += ProbeText(probe: probe).lines }
        }
        lines.append("")
        lines.append("fidelity")
        for row in summary.fidelity?.rows ?? [] {
            let reason = row.reason.map { ": \($0)" } ?? ""
            lines.append("  \(row.aspect) \(row.level.rawValue)\(reason)")
        }
        for file in summary.absent.prefix(20) {
            lines.append("  without content: \(file.path) (\(file.absence?.rawValue ?? ""))")
        }
        lines.append("")
        lines.append("replay     amber replay \(path)")
        return lines.map(PlainText.line).joined(separator: "\n")
    }

    /// A crash of which only the signal, or a place without a stack, is known.
    private static func lacksFrames(_ run: RunRecord) -> Bool {
        guard case .signaled(let signal) = run.outcome, [4, 5, 6, 7, 8, 11].contains(signal) else {
            return false
        }
        return !run.signature.frames.contains { $0.function != nil }
    }

    static func seconds(_ nanoseconds: Int64) -> String {
        let hundredths = nanoseconds / 10_000_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }
}
