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

    @Flag(help: "A service: print the failing request, and as curl.")
    var request = false

    @Option(help: "With --request: another request's number.")
    var number: Int?

    @Flag(help: "With --request: credentials as they are.")
    var secrets = false
    @Flag(help: "Print every conversation with its requests and answers.")
    var networkOnly = false

    func run() throws {
        let console = Console()
        do {
            if request { return try showRequest(console) }
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

    private func showRequest(_ console: Console) throws {
        guard let exchanges = try RecordedExchanges(try BundleReader(path: file)) else {
            throw ServeOptionError(text: "\(file) holds no requests; `amber serve` makes bundles that do")
        }
        let record = try exchanges.record(number)
        if json { return console.answer(try RecordJSON.encode(record) + [UInt8(ascii: "\n")]) }
        console.answer(
            try RequestDisplay(exchanges: exchanges, record: record, showsSecrets: secrets).bytes())
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
