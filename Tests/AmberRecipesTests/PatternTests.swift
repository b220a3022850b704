import Testing

@testable import AmberRecipes

@Suite struct PatternTests {
    private func captures(_ pattern: String, _ line: String) throws -> [String: String]? {
        let pattern = try Pattern(pattern, allowed: nil)
        let bytes = Array(line.utf8)
        guard let ranges = pattern.match(bytes.span) else { return nil }
        return Dictionary(
            uniqueKeysWithValues: zip(
                pattern.names, ranges.map { String(decoding: bytes[$0], as: UTF8.self) }))
    }

    static let matches: [(String, String, [String: String])] = [
        (
            #"  File "{file}", line {line:number}, in {function}"#,
            #"  File "/a b/c.py", line 12, in <module>"#,
            ["file": "/a b/c.py", "line": "12", "function": "<module>"]
        ),
        ("{type:name}: {message:rest}", "a.B: ", ["type": "a.B", "message": ""]),
        ("{function:most}({_:rest})", "main.(*T).f(0xc0, {1})", ["function": "main.(*T).f"]),
        (
            "{message:most} at {file:word} line {line:number}.", "look at me at x.pl line 3.",
            ["message": "look at me", "file": "x.pl", "line": "3"]
        ),
        ("at {file}:{line:number}:{_:number}", "at node:fs:573:18", ["file": "node:fs", "line": "573"]),
        ("{{{a}}}", "{x}", ["a": "x"]),
        ("{id:hex 4}-{rest:number 1..2}", "00ff-12", ["id": "00ff", "rest": "12"]),
        ("", "", [:]),
    ]

    @Test(arguments: matches)
    func `a pattern keeps what its holes cover`(
        _ pattern: String, _ line: String, _ expected: [String: String]
    ) throws {
        #expect(try captures(pattern, line) == expected)
    }

    static let mismatches = [
        ("abc", "abcd"), ("abc", "ab"), ("{a}", ""), ("{n:number}", "12a"), ("{n:hex 4}", "00ff0"), ("", "x"),
        ("{t:name}: x", "1a: x"), ("{r:random 6..}", "config"), ("{a} b {c}", "a b"),
    ]

    @Test(arguments: mismatches)
    func `a pattern refuses any other line`(_ pattern: String, _ line: String) throws {
        #expect(try captures(pattern, line) == nil)
    }

    static let mistakes: [(String, Int)] = [
        ("a}", 1), ("ab{c", 2), ("{a}{b}", 3), ("{a:nothing}", 0), ("{a:hex x}", 0), ("{a} {a}", 4),
        ("{}", 0),
        ("{a b}", 0), ("x{a:}", 1), ("{a:hex 9..3}", 0),
    ]

    @Test(arguments: mistakes)
    func `a mistake in a pattern is told with its place`(_ pattern: String, _ offset: Int) {
        #expect { try Pattern(pattern, allowed: nil) } throws: { ($0 as? PatternError)?.offset == offset }
    }

    @Test func `a line that costs too much does not match instead of taking long`() throws {
        let pattern = try Pattern("{a} {_:space}{_:space 0..}x{b} {_:space}y", allowed: nil)
        let line = Array(repeating: UInt8(ascii: " "), count: 4096)
        #expect(pattern.match(line.span) == nil)
    }
}
