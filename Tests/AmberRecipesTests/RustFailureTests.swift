import AmberModel
import Testing

@Suite struct RustFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "rust-1.95-panic", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: "index out of bounds: the len is 2 but the index is 5", frames: "?@panic.rs:1 (1)"),
        Fixture(
            "rust-1.95-unwrap", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: "called `Result::unwrap()` on an `Err` value: ParseIntError { kind: InvalidDigit }",
            frames: "?@unwrap.rs:1 (1)"),
        Fixture(
            "rust-1.95-asserteq", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: #"assertion `left == right` failed: sums\#nof two\#n  left: 2\#n right: 3"#,
            frames: "?@asserteq.rs:1 (1)"),
        Fixture(
            "rust-1.95-thread", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: "called `Result::unwrap()` on an `Err` value: Any { .. }", frames: "?@thread.rs:1 (1)"),
        Fixture(
            "rust-1.95-backtrace", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: "index out of bounds: the len is 2 but the index is 5",
            frames:
                "?@panic.rs:1 < __rustc::rust_begin_unwind@panicking.rs:689 < core::panicking::panic_fmt@panicking.rs:80 < core::panicking::panic_bounds_check@panicking.rs:271 (7)"
        ),
        Fixture(
            "rust-1.95-backtrace_thread", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: "called `Result::unwrap()` on an `Err` value: Any { .. }",
            frames:
                "?@thread.rs:1 < __rustc::rust_begin_unwind@panicking.rs:689 < core::panicking::panic_fmt@panicking.rs:80 < core::result::unwrap_failed@result.rs:1867 (7)"
        ),
        Fixture(
            "rust-1.95-backtrace_full", by: "/srv/app", .signaled(signal: 6), runtime: "rust", type: "panic",
            message: "index out of bounds: the len is 2 but the index is 5",
            frames:
                "?@panic.rs:2 < std::backtrace_rs::backtrace::libunwind::trace@libunwind.rs:117 < std::backtrace_rs::backtrace::trace_unsynchronized::<std::sys::backtrace::_print_fmt::{closure#1}>@mod.rs:66 < std::sys::backtrace::_print_fmt@backtrace.rs:74 (40)"
        ),
        Fixture(
            "rust-1.95-mainerr", by: "/srv/app", .exited(code: 1), runtime: "rust", type: "ParseIntError",
            message: "kind: InvalidDigit", frames: "none"),
        Fixture(
            "rust-1.95-mainstr", by: "/srv/app", .exited(code: 1), runtime: nil, type: nil,
            message: #"Error: "no config""#, frames: "none"),
        Fixture(
            "rust-1.95-abort", by: "/srv/app", .signaled(signal: 6), runtime: "rust", type: "panic",
            message: "index out of bounds: the len is 2 but the index is 5", frames: "?@panic.rs:1 (1)"),
        Fixture(
            "doc-rust-1.60-panic", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: "index out of bounds: the len is 2 but the index is 5", frames: "?@main.rs:2 (1)"),
        Fixture(
            "doc-rust-1.60-backtrace", by: "/srv/app", .exited(code: 101), runtime: "rust", type: "panic",
            message: "boom",
            frames:
                "?@main.rs:2 < std::panicking::begin_panic@panicking.rs:616 < app::inner@main.rs:2 < app::main@main.rs:6 (4)"
        ),
    ]

    @Test(arguments: fixtures)
    func `a Rust failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}
