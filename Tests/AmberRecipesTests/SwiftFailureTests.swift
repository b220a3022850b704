import AmberModel
import Testing

@Suite struct SwiftFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "swift-6.3-nilled", by: "/srv/app", .signaled(signal: 4), runtime: "swift", type: "Fatal error",
            message: "Unexpectedly found nil while unwrapping an Optional value",
            frames:
                "?@nilled.swift:1 < swift_reportError + 33@libswiftCore.so:? < _swift_stdlib_reportFatalErrorInFile + 109@libswiftCore.so:? < <unavailable> + 1499003@libswiftCore.so:? (10)"
        ),
        Fixture(
            "swift-6.3-fatal", by: "/srv/app", .signaled(signal: 4), runtime: "swift", type: "Fatal error",
            message: "too few: 1",
            frames:
                "?@fatal.swift:1 < swift_reportError + 33@libswiftCore.so:? < _swift_stdlib_reportFatalErrorInFile + 109@libswiftCore.so:? < <unavailable> + 1499761@libswiftCore.so:? (10)"
        ),
        Fixture(
            "swift-6.3-thrown", by: "/srv/app", .signaled(signal: 4), runtime: "swift",
            type: "error at top level", message: #"thrown.ConfigError.missing(key: "port")"#,
            frames:
                "swift_reportError + 33@libswiftCore.so:? < _swift_stdlib_reportFatalErrorInFile + 109@libswiftCore.so:? < <unavailable> + 1499761@libswiftCore.so:? < _assertionFailure(_:_:file:line:flags:) + 221@libswiftCore.so:? (9)"
        ),
        Fixture(
            "swift-6.3-index", by: "/srv/app", .signaled(signal: 4), runtime: "swift", type: "Fatal error",
            message: "Index out of range",
            frames:
                "?@ContiguousArrayBuffer.swift:692 < swift_reportError + 33@libswiftCore.so:? < _swift_stdlib_reportFatalErrorInFile + 109@libswiftCore.so:? < <unavailable> + 1499003@libswiftCore.so:? (10)"
        ),
        Fixture(
            "swift-6.3-overflow", by: "/srv/app", .signaled(signal: 4), runtime: nil, type: nil, message: nil,
            frames: "none"),
        Fixture(
            "swift-6.3-precond", by: "/srv/app", .signaled(signal: 4), runtime: "swift",
            type: "Precondition failed", message: "n must be large",
            frames:
                "?@precond.swift:1 < swift_reportError + 33@libswiftCore.so:? < _swift_stdlib_reportFatalErrorInFile + 109@libswiftCore.so:? < <unavailable> + 1499761@libswiftCore.so:? (10)"
        ),
        Fixture(
            "swift-6.3-thrown_async", by: "/srv/app", .signaled(signal: 4), runtime: "swift",
            type: "error at top level", message: "oops happened",
            frames:
                "swift_reportError + 33@libswiftCore.so:? < _swift_stdlib_reportFatalErrorInFile + 109@libswiftCore.so:? < <unavailable> + 1499761@libswiftCore.so:? < _assertionFailure(_:_:file:line:flags:) + 221@libswiftCore.so:? (12)"
        ),
        Fixture(
            "swift-6.3-fatal_release", by: "/srv/app", .signaled(signal: 4), runtime: "swift",
            type: "Fatal error", message: "too few: 1", frames: "?@fatal.swift:1 (1)"),
        Fixture(
            "swift-6.3-backtrace", by: "/srv/app", .signaled(signal: 4), runtime: "swift",
            type: "Fatal error", message: "Unexpectedly found nil while unwrapping an Optional value",
            frames:
                "?@nilled.swift:1 < closure #1 in closure #1 in _assertionFailure(_:_:file:line:flags:)@libswiftCore.so:? < _assertionFailure(_:_:file:line:flags:)@libswiftCore.so:? < price(_:)@nilled.swift:1 (5)"
        ),
        Fixture(
            "swift-6.3-backtrace_fast", by: "/srv/app", .signaled(signal: 4), runtime: "swift",
            type: "Fatal error", message: "too few: 1",
            frames:
                "?@fatal.swift:1 < _assertionFailure(_:_:file:line:flags:)@libswiftCore.so:? < check(_:)@fatal.swift:1 < main@fatal.swift:2 (4)"
        ),
        Fixture(
            "doc-swift-5.2-nil", by: "/srv/app", .signaled(signal: 4), runtime: "swift", type: "Fatal error",
            message: "Unexpectedly found nil while unwrapping an Optional value",
            frames: "?@main.swift:12 (1)"),
        Fixture(
            "doc-swift-5.9-crash", by: "/srv/app", .signaled(signal: 11), runtime: "swift", type: "crash",
            message: "Bad pointer dereference", frames: "readConfig()@main.swift:7 < main@main.swift:11 (2)"),
    ]

    @Test(arguments: fixtures)
    func `a Swift failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}
