import Testing

/// Runs a script natively and captured in the same place, and expects the same of both.
func expectSame(
    _ script: String, policy: String, seconds: Int = 90, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let place = try Workplace()
    let native = try place.native(script, seconds: seconds)
    let nativeTree = try place.tree()
    try place.clear()
    let captured = try place.captured(script, policy: policy, seconds: seconds)
    #expect(captured.status == native.status, "status of: \(script)", sourceLocation: sourceLocation)
    #expect(captured.text == native.text, "output of: \(script)", sourceLocation: sourceLocation)
    #expect(captured.output == native.output, sourceLocation: sourceLocation)
    #expect(
        captured.programError == native.errorText, "error output of: \(script)",
        sourceLocation: sourceLocation)
    let tree = try place.tree()
    #expect(tree == nativeTree, "files left by: \(script)", sourceLocation: sourceLocation)
}
