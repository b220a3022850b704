import AmberBundle
import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// What scripts rely on: exit statuses, what is written when, what stderr ends with.
struct CaptureContractTests {
    @Test func `a success writes nothing and says nothing`() throws {
        let session = try AmberSession()
        let end = try session.shell("amber capture --output $OUT -- echo fine; echo $?; ls -A")
        #expect(end.outputText == "fine\n0\n")
        #expect(end.errorText.isEmpty)
        #expect(!session.hasBundle)
    }

    @Test func `a success leaves a bundle where that is asked for`() throws {
        let session = try AmberSession(["data": "x\n"])
        let end = try session.shell("amber capture --on always --output $OUT -- cat data")
        #expect(end.status == 0 && end.outputText == "x\n" && session.hasBundle)
        let (replayed, verdict) = try session.replay()
        #expect(verdict.verdict == .identical, "\(replayed.errorText)")
    }

    @Test func `inherited descriptors are told, and files among them kept`() throws {
        let session = try AmberSession(["list": "word\n"])
        let end = try session.shell("amber capture --output $OUT -- sh -c 'cat <&3; exit 4' 3< list")
        #expect(end.status == 4 && end.outputText == "word\n")
        #expect(end.errorText.contains("the command inherited 3 (") && end.errorText.contains("/list)"))
        let shown = try session.shell("amber show --json $OUT | tr -d '\\\\'")
        #expect(shown.outputText.contains("descriptors"))
        let kept = try session.shell("amber export $OUT tree > out; cat tree/rootfs$PWD/list")
        #expect(kept.outputText == "word\n", "\(kept.errorText)")
    }

    @Test(arguments: ["exit 1": 1, "exit 77": 77, "kill -TERM $$": 143, "kill -SEGV $$": 139])
    func `the status is the command's`(_ script: String, _ status: Int32) throws {
        let session = try AmberSession()
        let end = try session.shell("amber capture --output $OUT -- sh -c '\(script)'")
        #expect(end.status == status)
        #expect(session.hasBundle)
    }

    @Test(arguments: ["/nonexistent/program": 127, "no-such-program": 127, "./data": 126, "/": 126])
    func `a command that cannot be started has the shell's status`(_ command: String, _ status: Int32) throws
    {
        let session = try AmberSession(["data": "x\n"])
        let end = try session.shell("amber capture --output $OUT -- \(command)")
        #expect(end.status == status, "\(end.errorText)")
        #expect(end.errorText.contains("amber: cannot run"))
        #expect(!session.hasBundle)
    }

    @Test func `the bundle's path is the last line on stderr, with a name of its own without one`() throws {
        let session = try AmberSession()
        let end = try session.shell("amber capture -- sh -c 'exit 3'; ls")
        let name = end.outputText.split(separator: "\n").last.map(String.init) ?? ""
        #expect(name.hasPrefix("sh-") && name.hasSuffix(".amber"))
        #expect(end.errorText.split(separator: "\n").last?.hasSuffix(name) == true)
    }

    @Test func `a command that takes too long is ended and captured`() throws {
        let session = try AmberSession()
        let end = try session.shell(
            "amber capture --timeout 1s --output $OUT -- sh -c 'echo begun; exec sleep 100'")
        #expect(end.status == 124 && end.outputText == "begun\n" && session.hasBundle, "\(end.errorText)")
        let reader = try BundleReader(path: session.site.desk + "/run.amber")
        #expect(try reader.readRecord().run?.outcome == .timedOut)
    }

    @Test func `an excluded file keeps its place and loses its content`() throws {
        let session = try AmberSession(["data": "x\n", "customers.csv": "Jane\n"])
        let end = try session.shell(
            "amber capture --exclude '**/customers.csv' --output $OUT -- sh -c 'cat data customers.csv; exit 3'"
        )
        #expect(end.status == 3)
        let (replayed, verdict) = try session.replay()
        #expect(!replayed.outputText.contains("Jane") && replayed.outputText.contains("x"))
        #expect(
            verdict.divergences.contains {
                $0.isRefusal && $0.subject.description.hasSuffix("/customers.csv")
            })
    }

    @Test func `an included file is in the bundle although nobody read it`() throws {
        let session = try AmberSession([
            "job.sh": "read x < $1\ntest $x = good\n", "a": "bad\n", "b": "good\n",
        ])
        let end = try session.shell(
            "amber capture --include \"$PWD/b\" --output $OUT -- sh -c '. ./job.sh' sh a")
        #expect(end.status != 0)
        let reader = try BundleReader(path: session.site.desk + "/run.amber")
        var held: [ByteString] = []
        try reader.forEachFile { if $0.absence == nil { held.append($0.path) } }
        #expect(held.contains(ByteString(session.site.place + "/b")))
    }

    @Test func `a private key never enters a bundle`() throws {
        let key =
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
        let session = try AmberSession(["deploy.cred": key])
        _ = try session.shell("amber capture --output $OUT -- sh -c 'cat deploy.cred >/dev/null; exit 3'")
        let reader = try BundleReader(path: session.site.desk + "/run.amber")
        var absence: FileRecord.Absence?
        try reader.forEachFile { if $0.path.description.hasSuffix("deploy.cred") { absence = $0.absence } }
        #expect(absence == .secret)
    }

    @Test func `a child that daemonises does not hold the capture up`() throws {
        let session = try AmberSession([
            "job.sh": "setsid sh -c 'exec >/dev/null 2>&1 </dev/null; sleep 20' & echo $! > pid\nexit 5\n"
        ])
        let start = ContinuousClock.now
        let end = try session.shell(
            "amber capture --output $OUT -- sh job.sh; status=$?; kill -0 $(cat pid) && echo alive; kill $(cat pid); exit $status"
        )
        #expect(end.status == 5 && end.outputText == "alive\n" && session.hasBundle, "\(end.errorText)")
        #expect(ContinuousClock.now - start < .seconds(15))
        let (replayed, verdict) = try session.replay()
        #expect(verdict.reproduced, "\(replayed.errorText)")
    }
}
