import AmberModel

/// What belongs into a ticket: what failed, when and where, the versions that matter, how to reproduce it.
struct SummaryMarkdown {
    let summary: BundleSummary
    let path: String

    /// Packages that are named; the bundle holds all of them.
    private static let mostPackages = 15

    var text: String {
        var lines = ["## \(Self.plain(summary.bundle.title))", ""]
        if let run = summary.run { lines += failure(run) }
        lines += circumstances
        if !summary.packages.isEmpty {
            lines += ["### Versions", ""]
            lines += versions.map { "- \(Self.plain($0.name)) \(Self.plain($0.version ?? ""))" }
            let more = summary.packages.count - versions.count
            if more > 0 { lines.append("- … and \(more) more in the bundle") }
            lines.append("")
        }
        if !summary.annotations.isEmpty {
            lines += ["### Annotations", ""]
            lines += summary.annotations.sorted { $0.key < $1.key }.map {
                "- " + Self.plain("\($0.key): \($0.value)")
            }
            lines.append("")
        }
        if !summary.probes.isEmpty {
            lines += ["### Looked at after the failure", "", "```"]
            for probe in summary.probes { lines += ProbeText(probe: probe).lines.map(Self.plain) }
            lines += ["```", ""]
        }
        lines += ["### What the bundle holds", ""]
        for row in summary.fidelity?.rows ?? [] {
            lines.append(
                "- \(row.aspect): **\(row.level.rawValue)**\(row.reason.map { " — \(Self.plain($0))" } ?? "")"
            )
        }
        lines += [
            "", "### Reproduce", "", "```sh", "amber replay \(Self.name(path))",
            "amber shell \(Self.name(path))", "```",
            "", "Bundle `\(Self.name(path))`, `\(summary.manifestDigest)`",
        ]
        return lines.map(PlainText.line).joined(separator: "\n")
    }

    private func failure(_ run: RunRecord) -> [String] {
        var lines = ["```"]
        lines.append("$ \(Self.plain(run.arguments.map(\.description).joined(separator: " ")))")
        lines.append(Self.plain(run.signature.summary))
        for frame in run.signature.frames.prefix(10) { lines.append("    at \(Self.plain(frame.summary))") }
        if let frames = summary.debuggerFrames {
            lines.append("frames, from a replay under gdb:")
            lines += frames.prefix(10).map { "    at \(Self.plain($0.summary))" }
        }
        return lines + ["```", ""]
    }

    private var circumstances: [String] {
        var lines = ["| | |", "|---|---|"]
        if let run = summary.run {
            lines.append(
                "| outcome | \(run.outcome) after \(SummaryText.seconds(run.resourceUse.wallTime)) |")
            lines.append("| directory | `\(Self.plain(run.workingDirectory.description))` |")
        }
        lines.append("| captured | \(Self.plain(summary.bundle.created)) |")
        if let host = summary.host {
            let system = host.distribution["PRETTY_NAME"] ?? ""
            lines.append(
                "| host | \(Self.plain(host.hostName)), \(Self.plain(system)), Linux \(Self.plain(host.kernelRelease)) (\(Self.plain(host.architecture))) |"
            )
        }
        return lines + [""]
    }

    /// Language packages first, packages of frames' files before all: they are what a failure is mostly about.
    private var versions: [BundleSummary.Package] {
        let frames = (summary.run?.signature.frames ?? []).compactMap(\.file).joined(separator: " ")
            .lowercased()
        func rank(_ package: BundleSummary.Package) -> Int {
            if frames.contains(package.name.lowercased()) { return 0 }
            return package.purl.map {
                $0.hasPrefix("pkg:deb") || $0.hasPrefix("pkg:rpm") || $0.hasPrefix("pkg:apk")
            } ?? true ? 2 : 1
        }
        return Array(
            summary.packages.enumerated().sorted {
                (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
            }
            .prefix(Self.mostPackages).map(\.element))
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Text that cannot end a code block or a table cell.
    private static func plain(_ text: String) -> String {
        String(text.map { $0 == "`" ? "'" : $0 == "|" ? "¦" : $0 == "\n" ? " " : $0 })
    }
}
