import AmberModel
import Testing

@Suite struct NativeFailureTests {
    /// `doc-` fixtures are written from the runtime's documentation, all others are real output.
    static let fixtures: [Fixture] = [
        Fixture(
            "native-assert", by: "/srv/app", .signaled(signal: 6), runtime: "native", type: "assertion",
            message: "n > 3", frames: "check@assert.c:2 (1)"),
        Fixture(
            "native-doublefree", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "heap corruption", message: "double free detected in tcache 2", frames: "none"),
        Fixture(
            "native-invalid", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "heap corruption", message: "invalid pointer", frames: "none"),
        Fixture(
            "native-smash", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "overflow detected", message: "stack smashing detected", frames: "none"),
        Fixture(
            "native-throw", by: "/srv/app", .signaled(signal: 6), runtime: "native", type: "app::Bad",
            message: "no config", frames: "none"),
        Fixture(
            "native-throwint", by: "/srv/app", .signaled(signal: 6), runtime: "native", type: "int",
            message: nil, frames: "none"),
        Fixture(
            "native-pure", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "pure virtual method called", message: nil, frames: "none"),
        Fixture(
            "native-outofrange", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "std::out_of_range",
            message: "vector::_M_range_check: __n (which is 5) >= this->size() (which is 1)", frames: "none"),
        Fixture(
            "native-segv", by: "/srv/app", .signaled(signal: 11), runtime: nil, type: nil, message: nil,
            frames: "none"),
        Fixture(
            "native-asan", by: "/srv/app", .exited(code: 1), runtime: "native", type: "heap-use-after-free",
            message: "on address <address> at pc <address> bp <address> sp <address>",
            frames:
                "use@uaf.c:2 < main@uaf.c:3 < __libc_start_call_main@libc_start_call_main.h:58 < __libc_start_main_impl@libc-start.c:360 (5)"
        ),
        Fixture(
            "native-asan_segv", by: "/srv/app", .exited(code: 1), runtime: "native", type: "SEGV",
            message: "on unknown address <address> (pc <address> bp <address> sp <address> T0)",
            frames:
                "main@segv.c:1 < __libc_start_call_main@libc_start_call_main.h:58 < __libc_start_main_impl@libc-start.c:360 < _start@asegv:? (4)"
        ),
        Fixture(
            "native-ubsan", by: "/srv/app", .exited(code: 1), runtime: "native", type: "undefined behaviour",
            message: "signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'",
            frames: "?@ub.c:2 (1)"),
        Fixture(
            "native-loader", by: "/srv/app", .exited(code: 127), runtime: "native", type: "dynamic loader",
            message: "/nonexistent/prog: cannot open shared object file: No such file or directory",
            frames: "none"),
        Fixture(
            "make-gcc", by: "/usr/bin/make", .exited(code: 2), runtime: "native", type: "compile error",
            message: "‘retrun’ undeclared (first use in this function)", frames: "?@x.c:1 (1)"),
        Fixture(
            "make-missing", by: "/usr/bin/make", .exited(code: 2), runtime: nil, type: nil,
            message: "make: *** No rule to make target 'nothing'.  Stop.", frames: "none"),
        Fixture(
            "doc-libcxx-throw", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "std::runtime_error", message: "no config", frames: "none"),
        Fixture(
            "doc-clang-asan", by: "/srv/app", .exited(code: 1), runtime: "native",
            type: "stack-buffer-overflow",
            message: "on address <address> at pc <address> bp <address> sp <address>",
            frames: "app::fill(int*, int)@fill.cc:9 < main@main.cc:14 < __libc_start_main@libc.so.6:? (3)"),
        Fixture(
            "native-thread", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "std::logic_error", message: "in thread", frames: "none"),
    ]

    @Test(arguments: fixtures)
    func `a native program's failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}
