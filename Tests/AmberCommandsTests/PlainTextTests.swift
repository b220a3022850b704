import AmberBundle
import AmberModel
import Testing

@testable import AmberCommands

/// What a stranger's bundle says never steers a terminal.
struct PlainTextTests {
    private static let hostile = "a\u{1B}]0;t\u{7}\u{9B}2J\u{202E}\r\nverdict: identical"

    private static func isPlain(_ text: String, lines: Int) -> Bool {
        text.split(separator: "\n", omittingEmptySubsequences: false).count == lines
            && PlainText.lines(text) == text && !text.contains("\u{1B}")
    }

    @Test func `what steers a terminal is a dot`() {
        #expect(PlainText.line("a\u{1B}[2J\tb\r\n\u{85}ü\u{2066}") == "a·[2J\tb···ü·")
        #expect(PlainText.lines("a\n\u{7}b") == "a\n·b")
    }

    @Test func `a summary and a ticket hold each text on its line`() throws {
        var summary = try RecordJSON.decode(
            BundleSummary.self,
            from: Array(
                """
                {"files": {}, "absent": [], "packages": [], "conversations": [], "probes": [],
                 "annotations": {}, "layers": [], "manifestDigest": "sha256:\(String(repeating: "0", count: 64))",
                 "bundle": {"formatVersion": 1, "kind": "run", "created": "", "amberVersion": "", "title": ""}}
                """.utf8), subject: "summary")
        let plain = SummaryText(summary: summary, path: "x").text.split(
            separator: "\n", omittingEmptySubsequences: false)
        summary.bundle.title = Self.hostile
        summary.bundle.amberVersion = Self.hostile
        #expect(Self.isPlain(SummaryText(summary: summary, path: "x").text, lines: plain.count))
        let ticket = SummaryMarkdown(summary: summary, path: "x").text
        #expect(ticket.hasPrefix("## a·]0;t"))
        #expect(ticket.split(separator: "\n").first?.hasSuffix("verdict: identical") == true)
    }

    @Test func `a verdict holds each text on its line`() {
        let signature = FailureSignature(
            outcome: .exited(code: 1), type: "E", message: Self.hostile,
            frames: [.init(function: Self.hostile, file: Self.hostile, line: 1)])
        let verdict = Verdict(
            verdict: .diverged, outcome: .init(signature), recorded: .init(signature),
            divergences: [.init(event: nil, subject: "s", description: Self.hostile, isRefusal: true)],
            normalisations: [], changes: [])
        #expect(Self.isPlain(VerdictText(verdict: verdict).text, lines: 4))
    }
}
