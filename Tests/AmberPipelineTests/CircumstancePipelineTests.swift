import AmberModel
import AmberTestSupport
import Testing

/// What a run inherits: arguments, environment, directory, limits, mask, host.
struct CircumstancePipelineTests {
    private static func shell(
        _ script: String, setting: String? = nil, environment: [String] = ["MODE=hard"],
        cure: PipelineCase.Cure = .set("MODE=soft")
    ) -> PipelineCase {
        PipelineCase(
            files: ["job.sh": "test \"$MODE\" = soft && exit 0\n" + script + "\n"],
            command: ["bash", "job.sh"],
            setting: setting, environment: environment, cure: cure)
    }

    @Test func `arguments that are not text come back byte by byte`() throws {
        var run = Self.shell(
            #"printf '%s' "$1" | od -An -tx1; printf '%s' "$2" | wc -l; test -z "$3" && exit $#"#)
        run.command += [ByteString([0xFF, 0xFE, 0x41, 0x80]), "two\nlines '\"$x", ""]
        try run.check()
    }

    @Test func `an input whose name is not text comes back`() throws {
        var run = Self.shell("cat \"$(printf 'caf\\351')\"; exit 4")
        run.preparation =
            "printf 'espresso\\n' > \"$(printf 'caf\\351')\"; printf x > \"$(printf 'new\\nline')\""
        try run.check()
    }

    @Test func `an environment entry decides`() throws {
        try Self.shell(
            "echo \"$SERVICE_URL\"; test -z \"$SERVICE_URL\"", environment: ["SERVICE_URL=tcp://db:5432"],
            cure: .unset("SERVICE_URL")
        ).check()
    }

    @Test(.requires(.program("python3"))) func `a locale that cannot write a letter fails again`() throws {
        try PipelineCase(
            files: ["job.py": "print(open('names', encoding='utf-8').read())\n", "names": "Łódź\n"],
            command: ["python3", "-X", "utf8=0", "job.py"],
            environment: ["LC_ALL=C", "PYTHONCOERCECLOCALE=0"], runtime: "python", type: "UnicodeEncodeError",
            cure: .file("names", "Lodz\n")
        ).check()
    }

    @Test func `a time zone comes back`() throws {
        try Self.shell(
            "date -d @1700000000 +%Z%z; test \"$(date -d @1700000000 +%H)\" = 22",
            environment: ["TZ=Asia/Tokyo"],
            cure: .set("TZ=UTC")
        ).check()
    }

    @Test(arguments: [
        "umask 077": "umask; touch made; stat -c %a made; exit 3", "ulimit -n 37": "ulimit -n; exit 3",
        "ulimit -s 512": "ulimit -s; exit 3", "ulimit -v 2000000": "ulimit -v; exit 3",
        "ulimit -S -f 8": "ulimit -f; head -c 9000 /dev/zero > big; exit 3",
        "ulimit -c 0": "ulimit -c; exit 3", "ulimit -u 4000": "ulimit -u; exit 3",
        "trap '' HUP USR2": "trap; kill -HUP $$; echo survived; exit 3", "nice -n 0 true": "nice; exit 3",
    ])
    func `a setting of the caller comes back`(_ setting: String, _ script: String) throws {
        try Self.shell(script, setting: setting).check()
    }

    @Test(.requires(.program("python3"))) func `a program that runs out of descriptors does so again`() throws
    {
        try PipelineCase(
            files: [
                "job.py":
                    "files = [open('part') for _ in range(int(open('count').read()))]\nprint(len(files))\n",
                "count": "100",
                "part": "",
            ], command: ["python3", "job.py"], setting: "ulimit -n 40", runtime: "python", type: "OSError",
            cure: .file("count", "10")
        ).check()
    }

    @Test(.requires(.program("python3"))) func `a program that runs out of address space does so again`()
        throws
    {
        try PipelineCase(
            files: [
                "job.py": "data = bytearray(int(open('size').read()))\nprint(len(data))\n",
                "size": "900000000",
            ],
            command: ["python3", "job.py"], setting: "ulimit -v 600000", runtime: "python",
            type: "MemoryError",
            cure: .file("size", "10")
        ).check()
    }

    @Test(.requires(.program("gcc"))) func `a stack that is too small overflows again`() throws {
        try PipelineCase(
            files: ["depth": "200000"], preparation: "gcc -O0 -o deep \(Victims.path)/deep.c",
            command: ["./deep"],
            setting: "ulimit -s 256", cure: .file("depth", "10")
        ).check()
    }

    @Test func `a deep working directory comes back`() throws {
        let directory = (1...30).map { "level-\($0)" }.joined(separator: "/")
        var run = Self.shell("pwd; cat ../../near; exit 5", setting: "cd \(directory)")
        run.preparation = "mkdir -p \(directory); echo near > \(directory)/../../near; cp job.sh \(directory)"
        try run.check()
    }

    @Test func `a program asks for the name of its host`() throws {
        try Self.shell("hostname 2>/dev/null || uname -n; uname -n | cksum; exit 6").check()
    }

    @Test func `a cron-like environment comes back`() throws {
        try PipelineCase(
            files: ["job.sh": "#!/bin/sh\nenv | cut -d= -f1 | sort\npwd\ntest -n \"$APP_HOME\" || exit 8\n"],
            command: [
                "env", "-i", "PATH=/usr/bin:/bin", "SHELL=/bin/sh", "LOGNAME=root", "HOME=/", "/bin/sh", "-c",
                "@PLACE@/job.sh",
            ],
            setting: "cd /", cure: .file("job.sh", "#!/bin/sh\nexit 0\n")
        ).check()
    }
}
