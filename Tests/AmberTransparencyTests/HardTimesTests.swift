import AmberTestSupport
import Testing

/// Full disks, places that cannot be written, files that change, grow or do not answer.
@Suite(.serialized)
struct HardTimesTests {
    /// Runs a script in a mount namespace with `small`, a tmpfs of 3 MiB.
    private static func withSmallDisk(_ script: String) -> String {
        "mkdir small; unshare -Urm bash -c 'mount -t tmpfs -o size=3m none small; \(script)'"
    }

    @Test(.requires(.userNamespaces))
    func `a full disk costs the copy of a changed file, not the program`() throws {
        let place = try Workplace()
        // The only places for copies are full: HOME and the temporary directories are the small disk.
        let script = Self.withSmallDisk(
            """
            head -c 6000000 /dev/urandom > in; head -c 9999999 /dev/zero > small/fill
            mount --bind small /var/tmp; export TMPDIR=$PWD/small
            XDG_CACHE_HOME=$PWD/small $AMBER capture --output run.amber -- sh -c \"echo changed > in; cat in; exit 3\"; echo $?
            """)
        let result = try place.captured(script)
        #expect(result.text == "changed\n3\n", "\(result.errorText)")
    }

    @Test(.requires(.userNamespaces))
    func `a full disk costs the bundle, not the status, and leaves no piece of it`() throws {
        let place = try Workplace()
        let script = Self.withSmallDisk(
            """
            head -c 2500000 /dev/zero > small/fill; $AMBER capture --output small/run.amber -- sh -c \"echo out; exit 3\"
            echo $?; ls small
            """)
        let result = try place.captured(script)
        #expect(result.text == "out\n3\nfill\n", "\(result.errorText)")
        #expect(result.errorText.contains("no bundle was written"))
    }

    @Test func `a run without any place for copies ends as it would have`() throws {
        let place = try Workplace()
        let script = """
            XDG_CACHE_HOME=/proc HOME=/proc TMPDIR=/proc $AMBER capture --output $BUNDLE -- sh -c 'echo x > f; cat f; exit 3'
            echo $?; test -s $BUNDLE && echo bundle
            """
        #expect(try place.captured(script).text == "x\n3\nbundle\n")
    }

    @Test(arguments: ["", "--output dir/run.amber"])
    func `a directory that cannot be written moves the bundle, and says so`(_ option: String) throws {
        let place = try Workplace()
        let script = """
            chmod 711 . ..; mkdir dir; cd dir; chmod 555 .; \([option].map { $0.isEmpty ? "" : "cd ..;" }.joined())
            run="$AMBER capture \(option) -- false"; [ $(id -u) = 0 ] && { run="setpriv --reuid 65534 --regid 65534 --clear-groups $run"; }
            HOME=/nonexistent XDG_CACHE_HOME= $run 2> ${TMPDIR:-/tmp}/amber-said.$$; echo $?
            bundle=$(tail -n 1 /tmp/amber-said.$$); test -s "$bundle" && echo bundle; grep -c 'cannot be written' /tmp/amber-said.$$
            rm -f "$bundle" /tmp/amber-said.$$
            """
        let result = try place.captured(script)
        #expect(result.text == "1\nbundle\n1\n", "\(result.errorText)")
    }

    /// Each number of processes stops Amber's start at another thread or process.
    @Test(arguments: [1, 2, 3, 4, 5, 6])
    func `a user without room for another process has the command run unrecorded`(_ count: Int) throws {
        let script = """
            [ $(id -u) = 0 ] && chmod 711 . .. && user="setpriv --reuid 6475\(count) --regid 65534 --clear-groups"
            $user prlimit --nproc=\(count):\(count) $AMBER capture --output /nonexistent/x -- sh -c 'echo once; exit 3' 2> said
            echo $?
            """
        let result = try Workplace().captured(script)
        #expect(result.text == "once\n3\n", "\(result.errorText)")
    }

    @Test func `a removed working directory moves the bundle`() throws {
        let place = try Workplace()
        let script = """
            mkdir gone; cd gone; rmdir ../gone; $AMBER capture -- false 2> ../said; echo $?
            bundle=$(tail -n 1 ../said); test -s "$bundle" && echo bundle; rm -f "$bundle"
            """
        #expect(try place.captured(script).text == "1\nbundle\n")
    }

    @Test func `files that change or vanish before the seal are labelled`() throws {
        let place = try Workplace()
        let script = """
            echo a > changing; echo b > vanishing
            (while [ ! -s seen ]; do sleep 0.02; done; sleep 0.2; echo changed > changing; rm vanishing; echo > gone) &
            $RUN sh -c 'cat changing vanishing; echo > seen; while [ ! -e gone ]; do sleep 0.02; done; exit 3'; echo $?
            """
        let result = try place.captured(script)
        #expect(result.text == "a\nb\n3\n")
        #expect(result.errorText.contains("1 changed from outside"), "\(result.errorText)")
        #expect(result.errorText.contains("1 vanished"), "\(result.errorText)")
    }

    @Test(arguments: ["rb", "r+b"])
    func `a sparse file of 20 GB does not hold anything up`(_ mode: String) throws {
        let code = "f=open(\"hole\",\"\(mode)\"); f.seek(1<<30); print(f.read(2)); raise SystemExit(3)"
        let script = "truncate -s 20G hole; $RUN python3 -S -c '\(code)'; echo $?; stat -c %s hole"
        let result = try Workplace().captured(script, seconds: 60)
        #expect(result.text == "b'\\x00\\x00'\n3\n21474836480\n", "\(result.errorText)")
    }

    @Test func `a FIFO is passed through and never read`() throws {
        let script = "mkfifo f; (echo through > f &); $RUN sh -c 'cat f; exit 3'; echo $?"
        #expect(try Workplace().captured(script).text == "through\n3\n")
    }

    @Test(.requires(.userNamespaces), .timeLimit(.minutes(3)))
    func `a file system that does not answer holds neither the run nor its end up`() throws {
        let script = """
            mkdir hung; unshare -Urm bash -c '
            $VICTIMS/hungfs hung 150 > said & server=$!; while ! grep -q mounted said; do sleep 0.05; done
            $AMBER capture --output $BUNDLE -- sh -c "timeout -s KILL 1 cat hung/file; echo x > other; rm other; echo done; exit 3"
            echo $?; kill $server'
            """
        let result = try Workplace().captured(script, seconds: 120)
        #expect(result.text == "done\n3\n", "\(result.errorText)")
    }
}
