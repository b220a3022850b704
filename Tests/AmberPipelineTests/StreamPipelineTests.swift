import AmberModel
import AmberTestSupport
import Testing

/// What the streams are connected to is what the program sees, under capture and in the replay.
struct StreamPipelineTests {
    private static let script = """
        for number in 0 1 2; do
            if [ -t $number ]; then echo $number tty; elif [ -p /dev/fd/$number ]; then echo $number pipe
            elif [ -f /dev/fd/$number ]; then echo $number file; else echo $number other; fi
        done
        echo problem >&2
        exit 3
        """

    @Test(arguments: [
        ">file 2>errors": "file", "2>&1 | cat >file": "pipe", "</dev/null 2>/dev/null | cat >file": "pipe",
        ">file 2>&1": "file",
        "<job.sh >file 2>errors": "file", ">>file 2>>errors": "file",
    ])
    func `output keeps its kind and the replay is identical`(_ redirection: String, _ kind: String) throws {
        let session = try AmberSession(["job.sh": Self.script])
        let end = try session.shell(
            "set -o pipefail; echo earlier > errors; amber capture --output $OUT -- bash job.sh \(redirection); status=$?; cat file; exit $status"
        )
        #expect(end.status == 3)
        #expect(end.outputText.contains("1 \(kind)\n"))
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)\(replayed.outputText)")
        #expect(replayed.outputText.contains("1 \(kind)\n"))
    }

    @Test(.requires(.program("script"))) func `a terminal is a terminal in both runs`() throws {
        let session = try AmberSession(["job.sh": Self.script])
        let end = try session.shell(
            "script -qec \"\(AmberExecutable.path) capture --output $OUT -- bash job.sh\" /dev/null </dev/null"
        )
        #expect(end.status == 3 && end.outputText.contains("1 tty"), "\(end.outputText)\(end.errorText)")
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
        #expect(replayed.outputText.contains("1 tty") && replayed.outputText.contains("2 tty"))
    }

    @Test(arguments: [TestProgram.Input.file("4\n5\nsix\n7\n"), .pipe("4\n5\nsix\n7\n")])
    func `what came on standard input is there again`(_ input: TestProgram.Input) throws {
        let session = try AmberSession([
            "job.sh":
                "sum=0; while read -r x; do case $x in *[a-z]*) echo \"bad $x\" >&2; exit 4;; esac; sum=$((sum + x)); done; echo $sum\n"
        ])
        let end = try session.shell("amber capture --output $OUT -- sh job.sh", input: input)
        #expect(end.status == 4)
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
    }

    @Test func `closed streams stay closed`() throws {
        let session = try AmberSession([
            "job.sh": "[ -e /proc/self/fd/0 ] && echo open; echo lost >&2; exit 3\n"
        ])
        let end = try session.shell("amber capture --output $OUT -- sh job.sh <&-")
        #expect(end.status == 3)
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
    }

    @Test func `a loop that captures each line's job loses no line`() throws {
        let session = try AmberSession()
        let end = try session.shell(
            "printf 'a\\nb\\nc\\n' | while read -r x; do amber capture --output $OUT -- sh -c 'echo job; exit 1' 2>/dev/null; echo $x; done"
        )
        #expect(end.outputText == "job\na\njob\nb\njob\nc\n")
    }
}
