import AmberModel
import AmberRecipes
import Testing

@Suite struct FailureReaderTests {
    let reader: FailureReader

    init() throws { reader = try Shipped.reader() }

    private func read(
        _ text: String, by executable: ByteString = "/usr/bin/python3", _ outcome: Outcome = .exited(code: 1),
        output: String = ""
    ) -> FailureSignature {
        reader.signature(
            outcome: outcome, program: ProgramTraits(executable: executable, arguments: [executable]),
            standardError: Array(text.utf8),
            standardOutput: Array(output.utf8))
    }

    static let traceback =
        "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g()\nKeyError: 'x'\n"
    static let second =
        "Traceback (most recent call last):\n  File \"b.py\", line 7, in h\n    i()\nOSError: gone\n"

    @Test func `the last of two failures counts`() {
        #expect(read(Self.traceback + "retrying\n" + Self.second).type == "OSError")
        #expect(read(Self.second + "retrying\n" + Self.traceback).type == "KeyError")
    }

    @Test func `colours do not hide a failure`() {
        let coloured =
            "\u{1B}[1;31mTraceback (most recent call last):\u{1B}[0m\r\n  File \"a.py\", line 3, in f\r\n    \u{1B}[31mg()\u{1B}[0m\r\n\u{1B}]0;title\u{7}\u{1B}[1mKeyError\u{1B}[0m: 'x'\r\n"
        #expect(read(coloured) == read(Self.traceback))
    }

    @Test func `a failure in a child counts under a wrapper with a code of its own`() {
        let signature = read(
            Self.traceback + "make: *** [Makefile:2: all] Error 1\n", by: "/usr/bin/make", .exited(code: 2))
        #expect(signature.runtime == "python")
        #expect(signature.frames == [FailureSignature.Frame(function: "f", file: "a.py", line: 3)])
    }

    @Test func `the main program's runtime comes before a child's that spoke later`() {
        let goPanic = "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/a.go:3 +0x1d\n"
        #expect(read(Self.traceback + goPanic).runtime == "python")
        #expect(read(Self.traceback + goPanic, by: "/bin/sh", .exited(code: 2)).runtime == "go")
    }

    @Test func `a failure is found on standard output when standard error is silent`() {
        #expect(read("", output: "starting\n" + Self.traceback).type == "KeyError")
    }

    @Test func `standard error comes before standard output`() {
        #expect(read(Self.second, output: Self.traceback).type == "OSError")
    }

    @Test func `without a failure the last line that says something is the message`() {
        let signature = read(
            "starting\nno route to 10.0.0.5:41234 after 350ms\n\nmake: *** [x] Error 1\n", by: "/srv/app")
        #expect(signature.message == "no route to 10.0.0.5:<port> after <duration>")
        #expect(signature.runtime == nil)
    }

    @Test func `a signal without a report has no message`() {
        #expect(read("working\n", by: "/srv/app", .signaled(signal: 11)).message == nil)
    }

    @Test func `only the end of a long output is examined, and a torn first line is not read`() {
        let long = String(repeating: "x", count: 300_000) + "\n" + Self.traceback
        #expect(read(long).type == "KeyError")
        #expect(read(Self.traceback + String(repeating: "y", count: 300_000)).type == nil)
    }

    @Test func `bytes that are not UTF-8 do not stop the reader`() {
        let bytes = [0xFF, 0xFE, 0x0A] + Array(Self.traceback.utf8) + [0x80]
        let signature = reader.signature(
            outcome: .exited(code: 1), program: ProgramTraits(executable: "/usr/bin/python3", arguments: []),
            standardError: bytes,
            standardOutput: [])
        #expect(signature.type == "KeyError")
    }

    @Test func `a run that fails alike twice has equal signatures`() {
        let first = read("connect: pid 4711 at 0x7f001234 in /tmp/tmpa1b2c3d4/x\n", by: "/srv/app")
        let other = read("connect: pid 99 at 0x7ffe9876 in /tmp/tmpzz00yy11/x\n", by: "/srv/app")
        #expect(first.matches(other))
    }

    static let hostile: [(name: String, piece: String)] = [
        ("empty lines", "\n"),
        ("one-letter lines", "a\n"),
        ("tracebacks that never end", "Traceback (most recent call last):\n"),
        ("frames without end", "  File \"a\", line 1, in f\n"),
        ("places", "a:1\n"),
        ("carets", "^^^^\n"),
        ("colons", ":1:1:1:1:1:1:1:1"),
        ("spaces", "                "),
        ("type names", "java.lang.Exception: x\n"),
        ("at and line", " at x line 1, at x line 1"),
        ("stacks", "panic: x\n\tat a(b:1)\n    at f (a:1:2)\n"),
        ("escapes", "\u{1B}[\u{1B}]0;\u{1B}"),
        ("nested parentheses", "Error: a(((((((((((((((((((((((\n"),
        ("sanitizer", "==1==ERROR: AddressSanitizer: x y\n    #0 0x1 in a b c d e f\n"),
        ("file colons", "x.sh: line 1: x.sh: line 1: x.sh: line 1: "),
    ]

    @Test(arguments: hostile)
    func `256 KiB of hostile output are read in less than a second`(_ hostile: (name: String, piece: String))
    {
        #if DEBUG
            // Without optimisation everything is about 50 times slower, so a piece of it has to do.
            let size = 8 << 10
        #else
            let size = 256 << 10
        #endif
        let text = String(repeating: hostile.piece, count: size / hostile.piece.utf8.count)
        let time = ContinuousClock().measure { _ = read(text) }
        #expect(time < .seconds(1), "\(hostile.name): \(time)")
    }
}
