import AmberBundle
import AmberModel
import AmberTestSupport
import Testing

/// Failures that depend on the time, on random bytes, on a pid or on the machine, replayed twenty times each.
struct WorldPipelineTests {
    /// Captures a command until it fails, hides its files, and replays it.
    private func check(
        _ files: [String: String], _ command: String, preparation: String? = nil, times: Int = 20,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let session = try AmberSession(files, preparation: preparation)
        let end = try session.shell(
            "for run in $(seq 300); do \(command) && continue; exit 3; done; exit 0")
        try #require(session.hasBundle && end.status == 3, "\(end.errorText)", sourceLocation: location)
        for _ in 0..<times {
            let (replayed, verdict) = try session.replay()
            #expect(verdict.verdict == .identical, "\(replayed.errorText)", sourceLocation: location)
        }
    }

    private static let capture = "amber capture --output $OUT --"

    @Test(.requires(.program("python3"))) func `a failure of its recorded seconds comes back`() throws {
        // A replay lasts longer than what is left of them: the clock must be the recorded one.
        try check(
            [
                "job.py":
                    "import sys, time\nage = time.time() - float(open('start').read())\nprint(age < 3)\nsys.exit(age < 3)\n"
            ], "date +%s.%N > start; \(Self.capture) python3 job.py")
    }

    @Test(.requires(.program("python3"))) func `another day is another outcome`() throws {
        let session = try AmberSession([
            "job.py":
                "import datetime, sys\ntoday = datetime.date.today()\nprint(today)\nsys.exit(today == datetime.date.fromisoformat(open('day').read().strip()))\n"
        ])
        _ = try session.shell("date +%F > day; \(Self.capture) python3 job.py")
        #expect(try session.replay().verdict.verdict == .identical)
        #expect(try session.replay("--time +2d").verdict.verdict == .noFailure)
        let (end, verdict) = try session.replay("--time 2001-02-03T04:05:06Z")
        #expect(end.outputText.contains("2001-02-03") && verdict.verdict == .noFailure)
        #expect(verdict.changes == ["--time 2001-02-03T04:05:06Z"])
    }

    @Test(.requires(.program("python3"))) func `a failure of one hash seed in eight comes back`() throws {
        try check(
            [
                "job.py":
                    "import sys\nprint(list({'amber', 'ruby', 'jade'}))\nsys.exit(hash('amber') % 8 == 0)\n"
            ],
            "\(Self.capture) python3 job.py")
    }

    @Test(.requires(.program("python3"))) func `a failure of one identifier in four comes back`() throws {
        try check(
            [
                "job.py":
                    "import random, sys, uuid\nvalue = uuid.uuid4()\nprint(value, random.random())\nsys.exit(value.int % 4 == 0)\n"
            ], "\(Self.capture) python3 job.py")
    }

    @Test func `a temporary name that holds a pid comes back`() throws {
        try check(
            ["job.sh": "echo job.$$; sh -c 'echo child.$$; (echo x) | cat; exit 3'\n"],
            "\(Self.capture) sh job.sh")
    }

    @Test(.requires(.program("python3"))) func `threads and children get their own bytes again`() throws {
        let job = """
            import os, secrets, sys, tempfile, threading
            draws = [None] * 4
            def draw(index): draws[index] = [secrets.token_hex(4) for _ in range(3)]
            threads = [threading.Thread(target=draw, args=(index,)) for index in range(4)]
            for thread in threads: thread.start(); thread.join()
            print(draws, tempfile.mktemp(prefix=str(os.getpid())))
            for index in range(3):
                child = os.fork()
                if child == 0:
                    print(index, secrets.token_hex(4), flush=True)
                    os._exit(0)
                os.waitpid(child, 0)
            sys.exit(5)

            """
        try check(["job.py": job], "\(Self.capture) python3 job.py", times: 5)
    }

    @Test(.requires(.program("perl"))) func `Perl walks its hashes in the recorded order`() throws {
        try check(
            [
                "job.pl":
                    "my %h = map { $_ => 1 } 'a'..'z'; print join(' ', keys %h), ' ', rand(), \"\\n\"; exit 4;\n"
            ],
            "\(Self.capture) perl job.pl", times: 5)
    }

    @Test(.requires(.program("javac"))) func `Java draws the recorded identifier`() throws {
        try check(
            [
                "Job.java":
                    "public class Job { public static void main(String[] a) { System.out.println(java.util.UUID.randomUUID()); System.exit(4); } }\n"
            ], "\(Self.capture) java -XX:-UsePerfData -cp . Job", preparation: "javac Job.java", times: 3)
    }

    @Test(.requires(.program("go"))) func `Go draws the recorded bytes whatever thread it runs on`() throws {
        let job = """
            package main

            import ("crypto/rand"; "fmt"; "os"; "time")

            func main() {
                bytes := make([]byte, 8)
                for range [6]int{} {
                    rand.Read(bytes)
                    fmt.Printf("%x\\n", bytes)
                    time.Sleep(3 * time.Millisecond)
                }
                fmt.Println(time.Now().Unix()/3600, os.Getpid())
                os.Exit(4)
            }

            """
        try check(
            ["job.go": job], "\(Self.capture) ./job",
            preparation: "GOCACHE=$PWD/.cache go build -o job job.go",
            times: 5)
    }

    @Test(
        .requires(.program("gcc")), arguments: ["", "-static"],
        ["--time 1999-12-31T23:59:58Z", "--time +700d", ""])
    func `a deadline is as far away as it was`(_ linking: String, _ time: String) throws {
        let session = try AmberSession(
            preparation: "gcc -O1 \(linking) -o job \(Victims.path)/deadlines.c -lpthread -lrt")
        let end = try session.shell("\(Self.capture) ./job")
        #expect(end.status == 3, "\(end.outputText)")
        let (replayed, verdict) = try session.replay(time)
        #expect(verdict.verdict == .identical, "\(replayed.outputText)\(replayed.errorText)")
    }

    @Test func `a file that is written is as old as the clock says`() throws {
        let session = try AmberSession([
            "job.sh":
                "touch made; mkdir place; echo x > place/in; for name in made place place/in; do age=$(($(date +%s) - $(stat -c %Y $name))); test $age -ge -1 && test $age -le 60 && echo young; done; test made -nt job.sh; exit 3\n"
        ])
        _ = try session.shell("\(Self.capture) sh job.sh")
        for time in ["", "--time +300d", "--time 2000-01-01"] {
            let (end, verdict) = try session.replay(time)
            #expect(end.outputText == "young\nyoung\nyoung\n", "\(end.errorText)")
            #expect(verdict.verdict == .identical)
        }
    }

    @Test(.requires(.program("taskset"))) func `a program finds the recorded number of processors`() throws {
        let session = try AmberSession(["job.sh": "nproc; exit 3\n"])
        _ = try session.shell("taskset -cp 0 $$ >/dev/null; \(Self.capture) sh job.sh")
        #expect(try session.replay().end.outputText == "1\n")
    }

    @Test func `the boot clock goes on from where it was`() throws {
        let session = try AmberSession(["job.sh": "cut -d' ' -f1 /proc/uptime | cut -d. -f1; exit 3\n"])
        let end = try session.shell("\(Self.capture) sh job.sh; sleep 2")
        let recorded = try #require(Int(end.outputText.split(separator: "\n")[0]))
        let replayed = try #require(Int(try session.replay().end.outputText.split(separator: "\n")[0]))
        #expect(replayed >= recorded && replayed <= recorded + 1)
    }

    @Test(.requires(.program("gcc"))) func `odd draws are answered as the kernel answers them`() throws {
        let session = try AmberSession(preparation: "gcc -o job \(Victims.path)/draws.c")
        let native = try session.shell("./job")
        let end = try session.shell("\(Self.capture) ./job")
        #expect(native.status == 3 && end.status == 3)
        #expect(end.outputText == native.outputText)
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.outputText)\(replayed.errorText)")
    }

    @Test(.requires(.program("python3"))) func `a run that draws without end is recorded within bounds`()
        throws
    {
        let session = try AmberSession([
            "job.py": "import os, sys\nfor _ in range(3000): os.urandom(1000)\nsys.exit(3)\n"
        ])
        let end = try session.shell("\(Self.capture) python3 job.py")
        #expect(end.status == 3)
        let record = try BundleReader(path: session.site.desk + "/run.amber").readRecord()
        #expect(try #require(record.files["random.jsonl"]) < 3 << 20)
        let row = record.fidelity?.rows.first { $0.aspect == "randomness" }
        #expect(row?.level == .partial, "\(String(describing: row))")
        let (replayed, verdict) = try session.replay()
        #expect(verdict.reproduced, "\(replayed.errorText)")
        #expect(verdict.divergences.contains { $0.description.contains("random bytes") })
    }

    @Test func `a time that is none is refused with the next thing to try`() throws {
        let session = try AmberSession()
        let end = try session.shell("amber replay $OUT --time yesterday")
        #expect(end.status == 2 || end.status == 64)
        #expect(end.errorText.contains("--time"))
    }

    @Test(.requires(.program("gcc"))) func `bytes from the vDSO come back, because its key does`() throws {
        let session = try AmberSession(preparation: "gcc -o job \(Victims.path)/vdsorandom.c")
        let end = try session.shell("\(Self.capture) ./job")
        guard end.status == 3 else { return #expect(end.status == 4) }  // Linux before 6.11 has none.
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.outputText)\(replayed.errorText)")
    }

    @Test(.requires(.program("dash"))) func `a shell with a handler of its own is not interrupted`() throws {
        try check(
            ["job.sh": "for run in 1 2 3 4 5 6 7 8; do (echo $run) | cat; done; exit 3\n"],
            "\(Self.capture) dash job.sh")
    }

    @Test(.requires(.program("python3"))) func `a server with a thousand descriptors reads from all of them`()
        throws
    {
        let job = """
            import os, select, sys
            ends = [os.pipe() for _ in range(600)]
            for index, (_, writing) in enumerate(ends): os.write(writing, b'%d' % index)
            print(sum(int(os.read(reading, 10)) for reading, _ in ends), max(reading for reading, _ in ends))
            sys.exit(4)

            """
        let session = try AmberSession(["job.py": job])
        let end = try session.shell("ulimit -n 4096 && \(Self.capture) python3 job.py")
        #expect(end.outputText == "179700 1201\n" && end.status == 4, "\(end.outputText)\(end.errorText)")
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
    }

    @Test func `randomness can be left out`() throws {
        let session = try AmberSession()
        _ = try session.shell(
            "amber capture --output $OUT --no-randomness -- sh -c 'head -c 4 /dev/urandom | od; exit 3'")
        let record = try BundleReader(path: session.site.desk + "/run.amber").readRecord()
        #expect(record.files["random.jsonl"] == nil && record.files["time.json"] != nil)
        #expect(record.fidelity?.rows.contains { $0.aspect == "randomness" && $0.level == .absent } == true)
        #expect(try session.replay().verdict.reproduced)
    }
}
