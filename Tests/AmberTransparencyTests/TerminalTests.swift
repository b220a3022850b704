import AmberTestSupport
import Foundation
import Testing

/// A command on a terminal cannot tell that it is captured, and neither can the shell that started it.
@Suite(.serialized, .requires(.program("python3")))
struct TerminalTests {
    static let scenarios = ["streams", "lines", "interrupt", "stop", "killed", "resize"]

    @Test(arguments: scenarios)
    func `a terminal behaves as it does without capture`(_ scenario: String) throws {
        let driver = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support/Victims/terminal.py").path
        let result = try Workplace().captured("python3 -S '\(driver)' \(scenario)")
        #expect(result.text == "good\n", "\(result.errorText)")
    }
}
