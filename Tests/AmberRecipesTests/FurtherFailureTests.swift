import AmberModel
import Testing

/// Runtimes and tools whose recipes are small.
@Suite struct FurtherFailureTests {
    static let scripts: [Fixture] = [
        Fixture(
            "lua-5.4-index", by: "/usr/bin/lua5.4", runtime: "lua", type: "error",
            message: "attempt to index a nil value (field '?')",
            frames: "?@main.lua:2 < local 'get'@main.lua:2 < main chunk@main.lua:5 (3)"),
        Fixture(
            "lua-5.4-object", by: "/usr/bin/lua5.4", runtime: "lua", type: "error",
            message: "(error object is a table value)",
            frames: "function 'error'@?:? < main chunk@err.lua:1 (2)"),
        Fixture(
            "tcl-8.6-operand", by: "/usr/bin/tclsh8.6", runtime: "tcl", type: "error",
            message: #"can't use non-numeric string as operand of "+""#,
            frames: "parse@?:2 < load@?:1 < ?@main.tcl:5 (3)"),
        Fixture(
            "ocaml-4-backtrace", by: "/srv/app", .exited(code: 2), runtime: "ocaml", type: "Main.Bad",
            message: #""x1", 3"#, frames: "Main.parse@main.ml:2 < Main@main.ml:3 (2)"),
        Fixture(
            "ocaml-4-plain", by: "/srv/app", .exited(code: 2), runtime: "ocaml", type: "Main.Bad",
            message: #""x1", 3"#),
        Fixture(
            "ocaml-4-toplevel", by: "/usr/bin/ocaml", .exited(code: 2), runtime: "ocaml", type: "Bad",
            message: #"("x1", 3)"#),
        Fixture(
            "r-4-stop", by: "/usr/bin/Rscript", runtime: "r", type: "error", message: "bad rows: 3",
            frames: "f(n)@?:? (1)"),
        Fixture(
            "r-4-library", by: "/usr/bin/Rscript", runtime: "r", type: "error",
            message: "there is no package called ‘nosuch’", frames: "library(nosuch)@?:? (1)"),
        Fixture(
            "r-4-long", by: "/usr/bin/Rscript", runtime: "r", type: "error",
            message: "a message that is rather long",
            frames: "f(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1)@?:? (1)"),
        Fixture("r-4-warning", by: "/usr/bin/Rscript", runtime: "r", type: "error", message: "no"),
        Fixture(
            "erlang-25-init", by: "/usr/bin/erl", runtime: "erlang", type: "badarith",
            message:
                "[{erlang,div,[10,0],[{_}]},{m,f,1,[{_},{_}]},{m,main,0,[{_},{_}]},{init,start_em,1,[]},{init,do_boot,3,[]}]"
        ),
        Fixture(
            "erlang-25-escript", by: "/usr/bin/escript", .exited(code: 127), runtime: "erlang", type: "error",
            message: "bad argument", frames: "list_to_integer/1@?:? (1)"),
        Fixture(
            "elixir-1.14-raise", by: "/usr/bin/elixir", runtime: "erlang", type: "App.Err", message: "bad q",
            frames: "A.check/1@main.exs:6 < Code.require_file/2@code.ex:1245 (2)"),
        Fixture(
            "elixir-1.14-argument", by: "/usr/bin/elixir", runtime: "erlang", type: "ArgumentError",
            message:
                #"errors were found at the given arguments:\#n* 1st argument: not a textual representation of an integer"#,
            frames:
                "erlang.binary_to_integer@?:? < :erl_eval.do_apply/7@erl_eval.erl:744 < Code.validated_eval_string/3@code.ex:422 (3)"
        ),
        Fixture(
            "haskell-9-error", by: "/srv/app", runtime: "haskell", type: "error call", message: "bad rows: 3",
            frames: "error@Main.hs:4 (1)"),
        Fixture(
            "lisp-sbcl-division", by: "/usr/bin/sbcl", runtime: "lisp", type: "DIVISION-BY-ZERO",
            message: #"arithmetic error DIVISION-BY-ZERO signalled\#nOperation was (/ 10 0)."#,
            frames:
                "SB-KERNEL::INTEGER-/-INTEGER@?:? < SB-INT:SIMPLE-EVAL-IN-LEXENV@?:? < EVAL-TLF@?:? < SB-FASL::EVAL-FORM@?:? (18)"
        ),
        Fixture(
            "java-clojure", by: "/usr/bin/java", runtime: "java", type: "ArithmeticException",
            message: "Divide by zero", frames: "user/f@m.clj:1 (1)"),
        Fixture(
            "java-groovy", by: "/usr/bin/java", runtime: "java", type: "groovy.lang.MissingMethodException",
            message:
                "No signature of method: java.lang.String.foo() is applicable for argument types: () values: []",
            frames:
                "m.f@m.groovy:1 < m$f.callCurrent@Unknown Source:? < m.run@m.groovy:2 < java.base/jdk.internal.reflect.NativeMethodAccessorImpl.invoke0@Native Method:? (6)"
        ),
        Fixture(
            "node-tsc", by: "/usr/bin/node", .exited(code: 2), runtime: "node", type: "TS2322",
            message: "Type 'string' is not assignable to type 'number'.", frames: "?@a.ts:2 (1)"),
        Fixture(
            "rust-1.95-compile", by: "/usr/bin/cargo", .exited(code: 101), runtime: "rust",
            type: "E0308", message: "mismatched types", frames: "?@main.rs:2 (1)"),
        Fixture(
            "rust-1.95-cargotest", by: "/usr/bin/cargo", .exited(code: 101), runtime: "rust", type: "panic",
            message: "called `Result::unwrap()` on an `Err` value: ParseIntError { kind: InvalidDigit }",
            frames:
                "?@lib.rs:1 < __rustc::rust_begin_unwind@panicking.rs:689 < core::panicking::panic_fmt@panicking.rs:80 < core::result::unwrap_failed@result.rs:1867 (10)"
        ),
        Fixture(
            "node-20-worker", by: "/usr/bin/node", .exited(code: 9), runtime: "node", type: "RangeError",
            message: "n is 1",
            frames:
                "Object.<anonymous>@w.js:2 < Module._compile@loader:? < Object..js@loader:? < Module.load@loader:? (9)"
        ),
        Fixture(
            "node-20-abort", by: "/usr/bin/node", .signaled(signal: 5), runtime: "node", type: "TypeError",
            message: "Cannot read properties of null (reading 'y')",
            frames:
                "f@ab.js:1 < Object.<anonymous>@ab.js:2 < Module._compile@loader:? < Module._extensions..js@loader:? (8)"
        ),
    ]

    static let tools: [Fixture] = [
        Fixture(
            "native-gfortran", by: "/srv/app", .exited(code: 2), runtime: "native",
            type: "Fortran runtime error", message: "Bad integer for item 1 in list input",
            frames: "?@p.f90:4 < p@p.f90:4 < main@p.f90:6 (3)"),
        Fixture(
            "native-valgrind", by: "/usr/bin/valgrind", .exited(code: 9), runtime: "native", type: "valgrind",
            message: "Invalid read of size 4", frames: "get@v.c:2 < main@v.c:3 (2)"),
        Fixture(
            "native-tsan", by: "/srv/app", .exited(code: 66), runtime: "native", type: "data race",
            frames: "f@t.c:2 (1)"),
        Fixture(
            "native-lsan", by: "/srv/app", .exited(code: 23), runtime: "native",
            type: "detected memory leaks",
            frames:
                "__interceptor_malloc@asan_malloc_linux.cpp:69 < g@l.c:1 < main@l.c:1 < __libc_start_call_main@libc_start_call_main.h:58 (4)"
        ),
        Fixture(
            "native-doublefree_prev", by: "/srv/app", .signaled(signal: 6), runtime: "native",
            type: "double free or corruption", message: "(!prev)"),
        Fixture(
            "native-cmake", by: "/usr/bin/cmake", runtime: "native", type: "CMake Error",
            message:
                #"By not providing "FindNoSuchThing.cmake" in CMAKE_MODULE_PATH this project\#nhas asked CMake to find a package configuration file provided by\#n"NoSuchThing", but CMake did not find one.\#nCould not find a package configuration file provided by "NoSuchThing" with\#nany of the following names:\#n  NoSuchThingConfig.cmake\#n  nosuchthing-config.cmake\#nAdd the installation prefix of "NoSuchThing" to CMAKE_PREFIX_PATH or set\#n"NoSuchThing_DIR" to a directory containing one of the above files.  If\#n"NoSuchThing" provides a separate development package or SDK, be sure it\#nhas been installed."#,
            frames: "find_package@CMakeLists.txt:3 (1)"),
        Fixture(
            "native-meson", by: "/usr/bin/python3", runtime: "native", type: "meson error",
            message: #"Dependency "no-such-lib" not found, tried pkgconfig and cmake"#,
            frames: "?@meson.build:2 (1)"),
    ]

    @Test(arguments: scripts + tools)
    func `a failure has the signature that was printed`(_ fixture: Fixture) throws {
        try fixture.expectItsSignature()
    }
}
