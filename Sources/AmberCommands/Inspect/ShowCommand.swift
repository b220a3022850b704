import AmberBundle
import ArgumentParser

/// `amber show FILE`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell what a bundle holds; secret-looking values are masked.")

    @Argument(help: "The bundle.")
    var file: String

    @Flag(help: "Print one JSON document.")
    var json = false

    @Flag(help: "Print what belongs into a ticket, as Markdown.")
    var markdown = false

    @Flag(help: "Print every conversation with its requests and answers.")
    var networkOnly = false

    func run() throws {
        let console = Console()
        do {
            if networkOnly { return try showNetwork(console) }
            let summary = try BundleSummary(try BundleReader(path: file))
            if json { return console.answer(try RecordJSON.encode(summary) + [UInt8(ascii: "\n")]) }
            console.answer(
                markdown
                    ? SummaryMarkdown(summary: summary, path: file).text
                    : SummaryText(summary: summary, path: file).text)
        } catch {
            console.say("\(error)")
            throw ExitStatus.failure
        }
    }

    private func showNetwork(_ console: Console) throws {
        let reader = try BundleReader(path: file)
        for conversation in try reader.conversations() {
            if json {
                console.answer(try RecordJSON.line(conversation))
            } else {
                console.answer(try ConversationText(conversation, in: reader).text)
            }
        }
    }
}
