import ArgumentParser
import Testing

@testable import AmberCommands

/// Values and tables of the command line.
struct CommandLineTests {
    @Test(
        arguments: [
            ("1", 1), ("4K", 4096), ("1.5KB", 1536), ("16777215T", 16_777_215 << 40),
        ] as [(String, UInt64)])
    func `a size is read`(_ text: String, _ bytes: UInt64) {
        #expect(ByteCount(argument: text)?.bytes == bytes)
    }

    @Test(arguments: ["99999999T", "16777216T", "nan", "inf", "-1", "0", "K"])
    func `a size that no number holds is a usage error`(_ text: String) {
        #expect(ByteCount(argument: text) == nil)
    }

    @Test func `a span of a thousand centuries is read`() throws {
        #expect(try #require(TimeSpan(argument: "999999999h")).duration > .seconds(1))
    }

    @Test func `the table of exit statuses names verbs only, and each that has statuses of its own`() {
        let rows = ExitStatus.table.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("   ") }
        let names = rows.flatMap { $0.dropFirst(2).prefix(15).split { $0 == " " || $0 == "," } }.map {
            String($0)
        }
        let verbs = AmberCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        #expect(Set(names).subtracting(verbs) == ["others"])
        for verb in ["capture", "serve", "replay", "verify", "shell", "exec", "debug"] {
            #expect(names.contains(verb))
        }
    }
}
