import AmberModel
import Testing

@Suite struct ShellFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "bash-5.2-notfound", by: "/bin/bash", .exited(code: 127), runtime: "bash",
            type: "command not found", message: "nosuchcommand", frames: "?@notfound.sh:3 (1)"),
        Fixture(
            "bash-5.2-unbound", by: "/bin/bash", .exited(code: 1), runtime: "bash", type: "unset variable",
            message: "UNSET_THING", frames: "?@unbound.sh:2 (1)"),
        Fixture(
            "bash-5.2-sete", by: "/bin/bash", .exited(code: 1), runtime: nil, type: nil, message: nil,
            frames: "none"),
        Fixture(
            "bash-5.2-syntax", by: "/bin/bash", .exited(code: 2), runtime: "bash", type: "syntax error",
            message: "unexpected end of file", frames: "?@syntax.sh:3 (1)"),
        Fixture(
            "bash-5.2-child", by: "/bin/bash", .exited(code: 3), runtime: nil, type: nil,
            message: "cat: /nonexistent/file: No such file or directory", frames: "none"),
        Fixture(
            "bash-5.2-param", by: "/bin/bash", .exited(code: 1), runtime: "bash", type: nil,
            message: "CONFIG: must be set", frames: "?@param.sh:1 (1)"),
        Fixture(
            "bash-5.2-denied", by: "/bin/bash", .exited(code: 126), runtime: "bash", type: "not executable",
            message: "./plain.txt", frames: "?@denied.sh:2 (1)"),
        Fixture(
            "bash-5.2-segvchild", by: "/bin/bash", .exited(code: 139), runtime: "bash",
            type: "child killed by a signal", message: "Segmentation fault", frames: "?@segvchild.sh:1 (1)"),
        Fixture(
            "dash-notfound", by: "/bin/sh", .exited(code: 127), runtime: "bash", type: "command not found",
            message: "nosuchcommand", frames: "?@notfound.sh:3 (1)"),
        Fixture(
            "dash-unbound", by: "/bin/sh", .exited(code: 2), runtime: "bash", type: "unset variable",
            message: "UNSET_THING", frames: "?@unbound.sh:2 (1)"),
        Fixture(
            "dash-syntax", by: "/bin/sh", .exited(code: 2), runtime: "bash", type: "syntax error",
            message: #"end of file unexpected (expecting "fi")"#, frames: "?@syntax.sh:3 (1)"),
    ]

    @Test(arguments: fixtures)
    func `a shell's failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}
