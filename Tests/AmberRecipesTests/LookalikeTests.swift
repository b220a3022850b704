import AmberModel
import AmberRecipes
import Testing

/// Text that looks like a failure and is none: it must give no type and no frames.
@Suite struct LookalikeTests {
    struct Lookalike: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        var executable: ByteString = "/srv/app"
        var outcome = Outcome.exited(code: 1)
        var testDescription: String { name }
    }

    static let traceback = """
        Traceback (most recent call last):
          File "/srv/run.py", line 3, in main
            work()
        KeyError: 'x'
        """

    static let lookalikes = [
        Lookalike(
            name: "a traceback in a log, every line prefixed",
            text: prefixed("2026-11-23 01:02:03 ERROR "), executable: "/usr/bin/python3"),
        Lookalike(name: "a traceback quoted in a mail", text: prefixed("> "), executable: "/usr/bin/python3"),
        Lookalike(name: "an indented traceback", text: prefixed("    "), executable: "/usr/bin/python3"),
        Lookalike(
            name: "a traceback that was cut off",
            text: "Traceback (most recent call last):\n  File \"a.py\", line 3, in f",
            executable: "/usr/bin/python3"),
        Lookalike(
            name: "a traceback without frames", text: "Traceback (most recent call last):\nKeyError: 'x'",
            executable: "/usr/bin/python3"),
        Lookalike(
            name: "a traceback torn by another thread",
            text:
                "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\nworker 3 ready\n    g()\nKeyError: 'x'",
            executable: "/usr/bin/python3"),
        Lookalike(
            name: "a traceback in a JSON line",
            text:
                #"{"level":"error","exc":"Traceback (most recent call last):\n  File \"a.py\", line 3, in f\nKeyError: 'x'"}"#
        ),
        Lookalike(
            name: "prose about tracebacks",
            text:
                "Traceback (most recent call last):\nis what Python prints before the frames: see the manual.",
            executable: "/usr/bin/python3"),
        Lookalike(
            name: "a handled traceback, then a long life",
            text: traceback + "\n" + String(repeating: "tick\n", count: 100) + "config: no region",
            executable: "/usr/bin/python3"),
        Lookalike(
            name: "a destructor's exception",
            text: "Exception ignored in: <function A.__del__ at 0x7f00>\n" + traceback + "\nno region",
            executable: "/usr/bin/python3"),
        Lookalike(
            name: "a Java exception named in prose",
            text: "Exception in thread \"main\" is what the JVM prints"),
        Lookalike(
            name: "a Java exception in one log line",
            text: "12:00:01 [main] ERROR c.e.App - java.lang.IllegalStateException: no config"),
        Lookalike(
            name: "a Java exception without frames", text: "java.lang.IllegalStateException: no config"),
        Lookalike(name: "a log line that says panic", text: "panic: cannot reach the database, retrying"),
        Lookalike(name: "a fatal error without goroutines", text: "fatal error: out of cheese"),
        Lookalike(name: "a sentence with a panicked thread", text: "thread 'main' panicked at lunch:"),
        Lookalike(name: "a program's own Error: line", text: "Error: cannot open /etc/app.conf"),
        Lookalike(
            name: "a Node stack in a log",
            text: "[app] TypeError: x is not a function\n[app]     at f (/srv/a.js:1:2)"),
        Lookalike(name: "a place in a configuration file", text: "Parse error at config.xml line 12."),
        Lookalike(name: "a program's own fatal error", text: "Fatal error: disk full"),
        Lookalike(
            name: "a Swift error in a log", text: "2026-11-23T01:02:03Z app/main.swift:3: Fatal error: boom"),
        Lookalike(
            name: "a Ruby error in a log",
            text: "E, [2026-11-23] -- : app.rb:3:in `run': no config (RuntimeError)"),
        Lookalike(
            name: "a PHP error quoted by a monitor",
            text: "alert: PHP Fatal error:  Uncaught Exception: x in a.php:3"),
        Lookalike(name: "an assertion in a test's name", text: "FAIL test_assert: Assertion `x' failed"),
        Lookalike(
            name: "a traceback before SIGKILL", text: traceback, executable: "/usr/bin/python3",
            outcome: .signaled(signal: 9)),
        Lookalike(name: "a traceback before success", text: traceback, outcome: .exited(code: 0)),
        Lookalike(name: "a traceback before a time-out", text: traceback, outcome: .timedOut),
    ]

    static func prefixed(_ prefix: String) -> String {
        traceback.split(separator: "\n").map { prefix + $0 }.joined(separator: "\n")
    }

    @Test(arguments: lookalikes)
    func `what only looks like a failure gives no frames`(_ lookalike: Lookalike) throws {
        let signature = try Shipped.reader().signature(
            outcome: lookalike.outcome,
            program: ProgramTraits(executable: lookalike.executable, arguments: [lookalike.executable]),
            standardError: Array(lookalike.text.utf8), standardOutput: [])
        #expect(signature.runtime == nil)
        #expect(signature.type == nil)
        #expect(signature.frames.isEmpty)
        if case .exited(let code) = lookalike.outcome, code != 0 { #expect(signature.message != nil) }
    }
}
