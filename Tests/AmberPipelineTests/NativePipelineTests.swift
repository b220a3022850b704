import AmberModel
import AmberTestSupport
import Testing

/// Programs of machine code.
struct NativePipelineTests {
    @Test(.requires(.program("gcc")), arguments: ["", "-static"])
    func `a crash by signal comes back`(_ flags: String) throws {
        try PipelineCase(
            files: ["list": "one\ntwo\n"], preparation: "gcc -g \(flags) -o crash \(Victims.path)/crash.c",
            command: ["./crash", "list"], cure: .file("list", "one\ntwo\nthree\n")
        ).check()
    }

    @Test(.requires(.program("gcc"))) func `an assertion aborts again`() throws {
        try PipelineCase(
            preparation: "gcc -o abort \(Victims.path)/abort.c", command: ["./abort"],
            environment: ["BALANCE=-5"],
            runtime: "native", type: "assertion", cure: .set("BALANCE=5")
        ).check()
    }

    @Test(.requires(.program("gcc"))) func `a program with a library of its own beside it fails again`()
        throws
    {
        try PipelineCase(
            files: [
                "part.c": "int part(int x) { return x - 3; }\n",
                "main.c":
                    "int part(int);\n#include <stdlib.h>\nint main(void) { return part(atoi(getenv(\"LEVEL\"))); }\n",
            ],
            preparation:
                "mkdir lib; gcc -shared -fPIC -o lib/libpart.so part.c; gcc -o app main.c -Llib -lpart -Wl,-rpath,'$ORIGIN/lib'",
            command: ["@PLACE@/app"], environment: ["LEVEL=10"], cure: .set("LEVEL=3")
        ).check()
    }

    @Test(arguments: ["TERM", "KILL", "USR1"])
    func `a program that a signal ends comes back with that signal`(_ signal: String) throws {
        try PipelineCase(
            files: [
                "job.sh":
                    "#!/bin/sh\nread -r word < switch\ntest \"$word\" = on && kill -\(signal) $$\nexit 0\n",
                "switch": "on\n",
            ],
            command: ["./job.sh"], cure: .file("switch", "off\n")
        ).check()
    }
}
