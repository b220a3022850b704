import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// Inputs that are not after the run what they were before it.
struct InputPipelineTests {
    /// Fails on what `state` holds, after it has been changed in one of the ways that programs have.
    private static func job(_ change: String) -> PipelineCase {
        PipelineCase(
            files: [
                "job.sh": "read -r word < state\n\(change)\necho \"was $word\"\ntest \"$word\" = good\n",
                "state": "bad\nrest\n",
            ],
            command: ["sh", "job.sh"], cure: .file("state", "good\nrest\n"))
    }

    @Test(arguments: [
        "overwritten in place": "printf good 1<> state", "truncated": ": > state",
        "appended to": "echo more >> state",
        "renamed over": "echo good > state.new && mv state.new state", "removed": "rm state",
        "removed and made again": "rm state; echo good > state", "renamed away": "mv state state.old",
        "changed through another name": "ln state other; echo good > other; rm other",
        "overwritten by a child": "sh -c 'echo good > state'", "given other rights": "chmod 000 state",
    ])
    func `an input is replayed as it was before it was`(_ name: String, _ change: String) throws {
        try Self.job(change).check()
    }

    @Test func `an input in shared memory is in the bundle, and what the run makes there is its own`() throws
    {
        let place = "/dev/shm/amber-input-\(ThisProcess.processID)"
        defer { try? Files.removeTree(KernelPath(place)) }
        try PipelineCase(
            files: [
                "job.sh": """
                read -r word < \(place)/state && rm -r \(place)
                echo made > /dev/shm/amber-made-$$ && cat /dev/shm/amber-made-$$ && rm /dev/shm/amber-made-$$
                test "$word" = good
                """
            ], preparation: "mkdir -p \(place); echo bad > \(place)/state", command: ["sh", "job.sh"],
            cure: .file("\(place)/state", "good\n")
        ).check()
    }

    @Test func `what the run makes itself is not missing in a replay`() throws {
        try PipelineCase(
            files: [
                "job.sh":
                    "mkdir out && ls out && mkfifo pipe && (echo 1 > pipe &) && read -r n < pipe && test $n = 2"
            ],
            command: ["sh", "job.sh"], cure: .file("job.sh", "exit 0\n")
        ).check()
    }

    @Test func `a tree that the run makes and renames is the replay's to make`() throws {
        try PipelineCase(
            files: [
                "job.sh": """
                mkdir new && mv new target && mkdir target/debug && echo 1 > target/debug/lock && cat target/debug/lock
                exit 3
                """
            ], command: ["sh", "job.sh"], cure: .file("job.sh", "exit 0\n")
        ).check()
    }

    @Test func `a cure that needs what the bundle lacks is no failure reproduced by its last line`() throws {
        try PipelineCase(
            files: [
                "job.sh": """
                read -r word < state
                test $word = bad || . ./rest.sh
                echo 'not done' >&2
                exit 1
                """,
                "rest.sh": "exit 0\n", "state": "bad\n",
            ], command: ["bash", "job.sh"], cure: .file("state", "good\n"), cured: .diverged
        ).check()
    }

    @Test(arguments: [
        "rename onto a full directory":
            "mkdir mine; echo 1 > mine/x; perl -e 'rename q(mine), q(cache) or exit 0'; rm -r mine",
        "ln": "ln job.sh state 2> /dev/null", "ln -s": "ln -s job.sh state 2> /dev/null",
        "mkdir": "mkdir state 2> /dev/null", "mkfifo": "mkfifo state 2> /dev/null",
        "ln -sf": "echo good > new; ln -sf new state", "ln -f": "echo good > new; ln -f new state",
    ])
    func `an input is there after a call that could not change it, or did`(
        _ name: String, _ change: String
    ) throws {
        try PipelineCase(
            files: [
                "job.sh":
                    "\(change)\nread -r word < state; read -r more < cache/words\necho \"$word $more\"\n"
                    + "test \"$more\" = good\n",
                "state": "as it was\n", "cache/words": "bad\n",
            ],
            command: ["sh", "job.sh"], cure: .file("cache/words", "good\n")
        ).check()
    }

    @Test(.requires(.program("python3")))
    func `a file that is unlinked after it was opened is in the bundle`() throws {
        try PipelineCase(
            files: [
                "job.py": """
                import os
                with open("spool") as spool:
                    os.unlink("spool")
                    for line in spool:
                        print(float(line))
                """, "spool": "1.5\ntwo\n",
            ], command: ["python3", "job.py"], runtime: "python", type: "ValueError",
            cure: .file("spool", "1.5\n2\n")
        ).check()
    }

    @Test func `files in shared memory are inputs like others`() throws {
        let name = "/dev/shm/amber-test-\(ThisProcess.processID)"
        try PipelineCase(
            files: ["job.sh": "echo new > \(name).new; cat \(name); exec test ! -e \(name)\n", "unused": ""],
            preparation: "echo held > \(name)", command: ["sh", "job.sh"], isVarying: true,
            cure: .file("job.sh", "exit 0\n")
        ).check()
        for file in [name, name + ".new"] { try? Files.remove(KernelPath(file)) }
    }

    @Test func `a failure at the end of a long log file is found`() throws {
        try PipelineCase(
            files: [
                "job.sh": "head -c 20000000 /dev/zero | tr '\\0' '\\n'; exec python3 -c 'raise KeyError(5)'\n"
            ],
            command: ["sh", "job.sh"], setting: "exec > log 2>&1", runtime: "python", type: "KeyError",
            cure: .file("job.sh", "exit 0\n")
        ).check()
    }

    @Test(.requires(.program("python3"))) func `a mapped file that the run writes to is as it was`() throws {
        try PipelineCase(
            files: [
                "job.py": """
                import mmap, sys
                with open("counters", "r+b") as file, mmap.mmap(file.fileno(), 0) as map:
                    count = int(map[:4])
                    map[:4] = b"%04d" % (count + 1)
                sys.exit("count is %d" % count if count > 41 else None)
                """, "counters": "0042",
            ], command: ["python3", "job.py"], cure: .file("counters", "0007")
        ).check()
    }

    @Test(.requires(.program("python3")))
    func `a globbed configuration directory is listed as production had it`() throws {
        try PipelineCase(
            files: [
                "job.py": """
                import glob, os
                names = [os.path.basename(path) for path in sorted(glob.glob("conf.d/*.conf"))]
                print(names)
                settings = dict(line.split("=") for name in names for line in open("conf.d/" + name).read().split())
                print(settings["port"], settings["host"])
                """, "conf.d/10-base.conf": "host=a\n", "conf.d/20-local.conf": "user=b\n",
                "conf.d/README": "not read\n",
            ], command: ["python3", "job.py"], runtime: "python", type: "KeyError",
            cure: .file("conf.d/20-local.conf", "port=80\n")
        ).check()
    }

    @Test func `an interpreter that is named relatively, a script itself, is in the bundle`() throws {
        try PipelineCase(
            files: [
                "job": "#!./tools/interpreter\nhello\n",
                "tools/interpreter": "#!/bin/sh\nread -r word < state\ntest $word = good\n", "state": "bad\n",
            ], preparation: "chmod +x job tools/interpreter", command: ["./job"],
            cure: .file("state", "good\n")
        ).check()
    }

    @Test func `a program that executes itself by proc is in the bundle, and Amber is not`() throws {
        let session = try AmberSession([
            "job.sh": "[ -n \"$AGAIN\" ] && { echo again; exit 4; }; AGAIN=1 exec /proc/self/exe job.sh\n"
        ])
        let end = try session.shell("amber capture --output $OUT -- sh job.sh; echo $?; stat -c %s $OUT")
        let lines = end.outputText.split(separator: "\n")
        #expect(lines.count == 3 && lines[0] == "again" && lines[1] == "4", "\(end.outputText)")
        #expect(Int(lines.last ?? "").map { $0 < 8 << 20 } ?? false, "\(end.outputText)")
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
    }

    /// npm and its like look for a part of a package that they have opened another part of.
    @Test func `a file that is only asked about, in a directory beside a file that was read, is found`()
        throws
    {
        let package = "/tmp/amber-package-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? Files.removeTree(KernelPath(package)) }
        try PipelineCase(
            files: ["job.sh": ". \(package)/settings\ntest -f $tools/bin/tool && exit $STATUS\n"],
            preparation: """
                mkdir -p \(package)/bin; : > \(package)/bin/tool; echo 'tools=/tmp; tools=$tools/\(package.dropFirst(5))' > \(package)/settings
                """, command: ["sh", "job.sh"], environment: ["STATUS=5"], cure: .set("STATUS=0")
        ).check()
    }

    @Test func `a release behind a symbolic link is found by both names`() throws {
        try PipelineCase(
            files: [
                "releases/7/bin/job.sh":
                    "#!/bin/sh\npwd -P\nread -r limit < \"$(dirname \"$0\")/../etc/limit\"\ntest $limit -gt 10\n",
                "releases/7/etc/limit": "3\n", "releases/6/etc/limit": "30\n",
            ], preparation: "ln -s releases/7 current; ln -s current/bin/job.sh job",
            command: ["current/bin/job.sh"],
            cure: .file("current/etc/limit", "30\n")
        ).check()
    }

    @Test func `the time of a directory is what production had`() throws {
        let session = try AmberSession(
            ["inbox/one": "1\n"], preparation: "touch -d 2001-02-03T04:05:06.789Z inbox")
        let job = "cat inbox/one; stat -c %y inbox; exit 4"
        #expect(try session.shell("TZ=UTC amber capture --output $OUT -- sh -c '\(job)'").status == 4)
        let (end, verdict) = try session.replay()
        #expect(String(decoding: end.output, as: UTF8.self).contains("2001-02-03 04:05:06.789"))
        #expect(verdict.reproduced)
    }

    @Test func `layers are reused although files came and went beside theirs`() throws {
        let session = try AmberSession(["inbox/one": "1\n"])
        let job = "cat inbox/one; exit 4"
        for name in ["first", "second"] {
            _ = try session.shell(
                "amber capture --output \(name).amber -- sh -c '\(job)'; touch inbox/\(name)")
        }
        let end = try session.shell(
            """
            for name in first second; do
                amber show $name.amber --json | python3 -c 'import json, sys
            print([layer["digest"] for layer in json.load(sys.stdin)["layers"] if layer["name"] != "record"])'
            done
            """)
        let layers = String(decoding: end.output, as: UTF8.self).split(separator: "\n")
        #expect(layers.count == 2 && layers[0] == layers[1], "\(layers)")
    }

    @Test func `a missing file is missing again`() throws {
        try PipelineCase(
            files: ["job.sh": "echo start\n. ./settings.sh\necho \"$NAME\"\n"], command: ["sh", "job.sh"],
            cure: .file("settings.sh", "NAME=x\n")
        ).check()
    }

    @Test(arguments: [
        "test ! -e stop", "test -x tools/run", "test \"$(stat -c %s data/rows)\" -lt 10",
        "test -d data/empty -a ! -e data/empty/x",
    ])
    func `a file that is only asked about answers as in production`(_ question: String) throws {
        try PipelineCase(
            files: [
                "job.sh": "\(question) && test \"$MODE\" = soft\n", "stop": "", "tools/run": "#!/bin/sh\n",
                "data/rows": "123\n",
            ], preparation: "mkdir data/empty; case '\(question)' in *stop*) rm stop;; esac",
            command: ["sh", "job.sh"],
            environment: ["MODE=hard"], cure: .set("MODE=soft")
        ).check()
    }

    @Test func `a file that is only asked about and that is there fails the run again`() throws {
        try PipelineCase(
            files: ["job.sh": "test -e \"$LOCKS/lock\" && exit 9\nexit 0\n", "var/lock": ""],
            command: ["sh", "job.sh"],
            environment: ["LOCKS=@PLACE@/var"], cure: .set("LOCKS=/nowhere")
        ).check()
    }

    @Test(.requires(.program("python3")))
    func `a local socket that the run makes is no input, by a relative name too`()
        throws
    {
        let script = """
            import os, socket, sys
            server, client = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
            server.bind('door')
            server.listen()
            client.connect(os.path.abspath('door'))
            server.accept()[0].send(b'welcome')
            print(client.recv(9))
            os.unlink('door')
            sys.exit(int(open('status').read()))

            """
        try PipelineCase(
            files: ["job.py": script, "status": "3"], command: ["python3", "job.py"],
            cure: .file("status", "0")
        ).check()
    }
}
