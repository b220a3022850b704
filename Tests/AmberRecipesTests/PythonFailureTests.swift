import AmberModel
import Testing

@Suite struct PythonFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "python-3.11-pytest", by: "/usr/bin/pytest", .exited(code: 1), runtime: "python", type: nil,
            message: "assert (1 + 1) == 3", frames: "test_sum@test_price.py:? (1)"),
        Fixture(
            "python-3.11-unittest", by: "/usr/bin/python3", .exited(code: 1), runtime: "python",
            type: "AssertionError", message: "1 != 2", frames: "test_a@test_u.py:3 (1)"),
        Fixture(
            "make-python", by: "/usr/bin/make", .exited(code: 2), runtime: "python", type: "KeyError",
            message: "'price'",
            frames:
                "price@keyerror.py:4 < <genexpr>@keyerror.py:8 < main@keyerror.py:8 < <module>@keyerror.py:10 (4)"
        ),
        Fixture(
            "python-2.7-keyerror", by: "/usr/bin/python2.7", .exited(code: 1), runtime: "python",
            type: "KeyError", message: "'price'",
            frames:
                "price@keyerror.py:4 < <genexpr>@keyerror.py:8 < main@keyerror.py:8 < <module>@keyerror.py:10 (4)"
        ),
        Fixture(
            "python-3.8-keyerror", by: "/usr/bin/python3.8", .exited(code: 1), runtime: "python",
            type: "KeyError", message: "'price'",
            frames:
                "price@keyerror.py:4 < <genexpr>@keyerror.py:8 < main@keyerror.py:8 < <module>@keyerror.py:10 (4)"
        ),
        Fixture(
            "python-3.8-chained", by: "/usr/bin/python3.8", .exited(code: 1), runtime: "python",
            type: "ValueError", message: "cannot start",
            frames: "main@chained.py:14 < <module>@chained.py:16 (2)"),
        Fixture(
            "python-3.8-syntax", by: "/usr/bin/python3.8", .exited(code: 1), runtime: "python",
            type: "SyntaxError", message: "invalid syntax", frames: "?@syntax.py:1 (1)"),
        Fixture(
            "python-3.8-plain", by: "/usr/bin/python3.8", .exited(code: 1), runtime: "python",
            type: "AssertionError", message: nil, frames: "check@plain.py:2 < <module>@plain.py:3 (2)"),
        Fixture(
            "python-3.8-recursion", by: "/usr/bin/python3.8", .exited(code: 1), runtime: "python",
            type: "RecursionError", message: "maximum recursion depth exceeded",
            frames: "f@recursion.py:4 < <module>@recursion.py:5 (2)"),
        Fixture(
            "python-3.11-keyerror", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "KeyError", message: "'price'",
            frames:
                "price@keyerror.py:4 < <genexpr>@keyerror.py:8 < main@keyerror.py:8 < <module>@keyerror.py:10 (4)"
        ),
        Fixture(
            "python-3.11-chained", by: "/usr/bin/make", .exited(code: 2), runtime: "python",
            type: "ValueError", message: "cannot start",
            frames: "main@chained.py:14 < <module>@chained.py:16 (2)"),
        Fixture(
            "python-3.11-syntax", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "SyntaxError", message: "invalid syntax", frames: "?@syntax.py:1 (1)"),
        Fixture(
            "python-3.11-plain", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "AssertionError", message: nil, frames: "check@plain.py:2 < <module>@plain.py:3 (2)"),
        Fixture(
            "python-3.11-recursion", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "RecursionError", message: "maximum recursion depth exceeded",
            frames: "f@recursion.py:4 < <module>@recursion.py:5 (2)"),
        Fixture(
            "python-3.13-keyerror", by: "/usr/bin/python3.13", .exited(code: 1), runtime: "python",
            type: "KeyError", message: "'price'",
            frames:
                "price@keyerror.py:4 < <genexpr>@keyerror.py:8 < main@keyerror.py:8 < <module>@keyerror.py:10 (4)"
        ),
        Fixture(
            "python-3.13-chained", by: "/usr/bin/python3.13", .exited(code: 1), runtime: "python",
            type: "ValueError", message: "cannot start",
            frames: "main@chained.py:14 < <module>@chained.py:16 (2)"),
        Fixture(
            "python-3.13-syntax", by: "/usr/bin/python3.13", .exited(code: 1), runtime: "python",
            type: "SyntaxError", message: "invalid syntax", frames: "?@syntax.py:1 (1)"),
        Fixture(
            "python-3.13-plain", by: "/usr/bin/python3.13", .exited(code: 1), runtime: "python",
            type: "AssertionError", message: nil, frames: "check@plain.py:2 < <module>@plain.py:3 (2)"),
        Fixture(
            "python-3.13-recursion", by: "/usr/bin/python3.13", .exited(code: 1), runtime: "python",
            type: "RecursionError", message: "maximum recursion depth exceeded",
            frames: "f@recursion.py:4 < <module>@recursion.py:5 (2)"),
        Fixture(
            "python-3.11-group", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "ExceptionGroup", message: "two failed (2 sub-exceptions)",
            frames: "work@group.py:2 < <module>@group.py:3 (2)"),
        Fixture(
            "python-3.13-group", by: "/usr/bin/python3.13", .exited(code: 1), runtime: "python",
            type: "ExceptionGroup", message: "two failed (2 sub-exceptions)",
            frames: "work@group.py:2 < <module>@group.py:3 (2)"),
        Fixture(
            "python-3.11-multiline", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "RuntimeError", message: "first line", frames: "<module>@multiline.py:1 (1)"),
        Fixture(
            "python-3.11-pool", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "ZeroDivisionError", message: "integer division or modulo by zero",
            frames: "get@pool.py:774 < map@pool.py:367 < <module>@pool.py:6 (3)"),
        Fixture(
            "python-3.11-asyncio_task", by: "/usr/bin/python3.11", .exited(code: 1), runtime: nil, type: nil,
            message: "configuration incomplete: no region in /tmp/<temporary>/app.ini", frames: "none"),
        Fixture(
            "python-3.11-logged", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "OSError", message: "[Errno 5] disk gone: '/data/x'",
            frames: "outer@logged.py:10 < <module>@logged.py:11 (2)"),
        Fixture(
            "python-3.11-exit_message", by: "/usr/bin/python3.11", .exited(code: 1), runtime: nil, type: nil,
            message: "config: no section [db] (pid <pid>)", frames: "none"),
        Fixture(
            "python-3.11-thread", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "LookupError", message: "in a thread",
            frames: "work@thread.py:3 < run@threading.py:982 < _bootstrap_inner@threading.py:1045 (3)"),
        Fixture(
            "python-3.11-unraisable", by: "/usr/bin/python3.11", .exited(code: 2), runtime: nil, type: nil,
            message: nil, frames: "none"),
        Fixture(
            "python-3.11-qualified", by: "/usr/bin/python3.11", .exited(code: 1), runtime: "python",
            type: "decimal.InvalidOperation", message: "[<class 'decimal.ConversionSyntax'>]",
            frames: "parse@qualified.py:3 < <module>@qualified.py:4 (2)"),
        Fixture(
            "python-3.11-segv", by: "/usr/bin/python3.11", .signaled(signal: 11), runtime: "python",
            type: "Segmentation fault", message: nil,
            frames: "string_at@__init__.py:519 < crash@segv.py:3 < <module>@segv.py:4 (3)"),
        Fixture(
            "python-3.11-segv", by: "/bin/sh", .exited(code: 139), runtime: "python",
            type: "Segmentation fault", message: nil,
            frames: "string_at@__init__.py:519 < crash@segv.py:3 < <module>@segv.py:4 (3)"),
        Fixture(
            "doc-python-3.11-nested_group", by: "/usr/bin/python3", .exited(code: 1), runtime: "python",
            type: "ExceptionGroup", message: "unhandled errors in a TaskGroup (1 sub-exception)",
            frames: "run@runners.py:190 < <module>@run.py:9 (2)"),
    ]

    @Test(arguments: fixtures)
    func `a Python failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}
