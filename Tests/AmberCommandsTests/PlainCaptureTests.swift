import AmberCapture
import AmberModel
import ArgumentParser
import Testing

@testable import AmberCommands

@Suite struct PlainCaptureTests {
    @Test(arguments: [
        ["--"], ["--output", "b.amber", "--"], ["-o", "b.amber", "--on", "always", "--"],
        ["--on", "failure", "--"],
    ])
    func `the plain form asks for what the parser would`(_ options: [String]) throws {
        let command = ["make", "-j2", "--", "--output"]
        let plain = try #require(Self.plain(["capture"] + options + command)).configuration
        #expect(plain.arguments == command.map { ByteString($0) })
        var parsed = try CaptureCommand.parse(options + command).configuration
        parsed.arguments = plain.arguments  // the parser's come from this process
        #expect(String(describing: plain) == String(describing: parsed))
    }

    @Test func `arguments of the command keep every byte`() throws {
        let odd: [UInt8] = [0x66, 0xFF, 0x0A]
        let line = ["amber", "capture", "--"].map { Array($0.utf8) } + [odd, []]
        #expect(try #require(PlainCapture(line)).configuration.arguments == [ByteString(odd), ""])
    }

    @Test(arguments: [
        [], ["capture"], ["capture", "--"], ["capture", "true"], ["replay", "--", "true"],
        ["capture", "--help", "--", "true"], ["capture", "--quiet", "--", "true"],
        ["capture", "--on", "sometimes", "--", "true"], ["capture", "--output", "--", "true"],
        ["capture", "--output", "--on", "--", "true"], ["capture", "--output=x", "--", "true"],
        ["capture", "--timeout", "5", "--", "true"], ["capture", "-o", "x", "true"], ["--version"],
    ])
    func `everything else is left to the parser`(_ words: [String]) {
        #expect(Self.plain(words)?.configuration == nil)
    }

    private static func plain(_ words: [String]) -> PlainCapture? {
        PlainCapture((["amber"] + words).map { Array($0.utf8) })
    }
}
