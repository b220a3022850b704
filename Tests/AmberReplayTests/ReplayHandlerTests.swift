import Testing

@testable import AmberReplay

/// What a replay knows of its program's calls.
@Suite struct ReplayHandlerTests {
    @Test func `a replay of which nothing was observed is an error that says so`() throws {
        let handler = try ReplayHandler(placeholders: "/", sources: [], denied: [])
        let error = #expect(throws: ReplayError.self) { try handler.finish() }
        #expect(error?.description.contains("no call of the program could be observed") == true)
    }
}
