import ArgumentParser
import Testing

@testable import AmberCommands

/// Values and tables of the command line.
struct CommandLineTests {
    @Test(arguments: [
        ("1", 1), ("4K", 4096), ("1.5KB", 1536), ("16777215T", 16_777_215 << 40),
    ] as [(String, UInt64)])
    func `a size is read`(_ text: String, _ bytes: UInt64) {
        #expect(ByteCount(argument: text)?.bytes == bytes)
    }

    @Test(arguments: ["99999999T", "16777216T", "nan", "inf", "-1", "0", "K"])
    func `a size that no number holds is a usage error`(_ text: String) {
        #expect(ByteCount(argument: text) == nil)
    }
}
