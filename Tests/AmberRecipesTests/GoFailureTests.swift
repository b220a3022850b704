import AmberModel
import Testing

@Suite struct GoFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "go-nil", by: "/srv/app", .exited(code: 2), runtime: "go", type: "panic",
            message: "runtime error: invalid memory address or nil pointer dereference",
            frames: "main.(*Order).Total@nil.go:3 < main.main@nil.go:4 (2)"),
        Fixture(
            "go-panic", by: "/srv/app", .exited(code: 2), runtime: "go", type: "panic",
            message: "re-panic: first",
            frames:
                "main.run.func1@panic.go:3 < panic@panic.go:884 < main.run@panic.go:3 < main.main@panic.go:4 (4)"
        ),
        Fixture(
            "go-deadlock", by: "/srv/app", .exited(code: 2), runtime: "go", type: "fatal error",
            message: "all goroutines are asleep - deadlock!", frames: "main.main@deadlock.go:2 (1)"),
        Fixture(
            "go-index", by: "/srv/app", .exited(code: 2), runtime: "go", type: "panic",
            message: "runtime error: index out of range [5] with length 1",
            frames: "main.pick@index.go:3 < main.main.func1@index.go:4 < main.main@index.go:4 (3)"),
        Fixture(
            "go-custom", by: "/srv/app", .exited(code: 2), runtime: "go", type: "panic",
            message: "(main.E) <address>", frames: "main.main@custom.go:3 (1)"),
        Fixture(
            "go-multi", by: "/srv/app", .exited(code: 2), runtime: "go", type: "panic",
            message: #"line one\#nline two"#, frames: "main.main@multi.go:2 (1)"),
        Fixture(
            "go-mapw", by: "/srv/app", .exited(code: 2), runtime: "go", type: "panic",
            message: "assignment to entry in nil map", frames: "main.main@mapw.go:2 (1)"),
        Fixture(
            "go-logfatal", by: "/srv/app", .exited(code: 1), runtime: nil, type: nil,
            message: "<time> cannot open config: no such file", frames: "none"),
        Fixture(
            "go-run", by: "/usr/bin/go", .exited(code: 1), runtime: "go", type: "panic",
            message: "runtime error: invalid memory address or nil pointer dereference",
            frames: "main.(*Order).Total@nil.go:3 < main.main@nil.go:4 (2)"),
        Fixture(
            "doc-go-1.21-created", by: "/srv/app", .exited(code: 2), runtime: "go", type: "panic",
            message: "runtime error: index out of range [5] with length 1",
            frames: "main.pick@main.go:3 < main.main.func1@main.go:7 < main.main@main.go:6 (3)"),
        Fixture(
            "go-stackoverflow", by: "/srv/app", .exited(code: 2), runtime: "go", type: "fatal error",
            message: "stack overflow",
            frames:
                "main.f@deep.go:2 < runtime.throw@panic.go:1047 < runtime.newstack@stack.go:1103 < runtime.morestack@asm_amd64.s:570 (4)"
        ),
    ]

    @Test(arguments: fixtures)
    func `a Go failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}
