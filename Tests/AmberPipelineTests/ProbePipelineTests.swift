import AmberBundle
import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

/// What recipes look at after a failure: made where they may, harmless, bounded, and shown.
@Suite(.requires(.userNamespaces)) struct ProbePipelineTests {
    private static func recipe(_ run: String, seconds: Int = 2) -> String {
        """
        schema: 1
        name: odd
        recognise: {executables: [sh]}
        probes:
          - name: look
            run: [/bin/sh, -c, '\(run)']
            seconds: \(seconds)
        """
    }

    /// The probe `look` of a failing run, and its bytes.
    private func look(
        _ recipe: String, setting: String = "", options: String = "--recipe $PWD/odd.yaml"
    ) throws -> (record: ProbeRecord?, text: String) {
        let session = try AmberSession(["odd.yaml": recipe, "marked": "as it was"])
        let end = try session.shell("\(setting) amber capture \(options) --output $OUT -- sh -c 'exit 3'")
        #expect(end.status == 3, "\(end.errorText)")
        let reader = try BundleReader(path: session.site.desk + "/run.amber")
        let record = try reader.probes().first { $0.name == "look" }
        let bytes = try record.flatMap { try reader.contents(of: "probes/\($0.number)", limit: 1 << 20) }
        return (record, String(decoding: bytes ?? [], as: UTF8.self))
    }

    @Test func `a probe's answer is in the bundle and shown, with the machine's own figures`() throws {
        let session = try AmberSession(["odd.yaml": Self.recipe("echo seen $HOME")])
        let end = try session.shell(
            """
            amber capture --recipe odd.yaml --output $OUT -- sh -c 'exit 3'
            amber show $OUT; amber show --markdown $OUT; amber show --json $OUT
            """)
        #expect(end.outputText.contains("odd look, /bin/sh -c echo seen $HOME\n    seen /nonexistent\n"))
        #expect(end.outputText.contains("common memory, /proc/meminfo\n    MemTotal:"), "\(end.outputText)")
        #expect(end.outputText.contains("### Looked at after the failure"))
        #expect(end.outputText.contains("\"text\":\"seen /nonexistent"))
    }

    @Test(arguments: [
        "echo mine > /tmp/amber-probe-was-here; test ! -e /tmp/amber-probe-was-here",
        "echo mine > /dev/shm/amber-probe-was-here; test ! -e /dev/shm/amber-probe-was-here",
        "mount -o remount,rw /; mount -t tmpfs none /mnt; grep -q 'CapEff:.*0000000000000000' /proc/self/status",
        "test -z \"$(sed 1,2d /proc/net/dev | grep -v lo:)\"", "kill -9 -1; true",
    ]) func `a probe changes nothing, sees no network and signals nobody`(_ run: String) throws {
        let (record, text) = try look(Self.recipe(run.replacing("'", with: "''")))
        #expect(record?.outcome == .exited(code: 0), "\(text)")
    }

    @Test func `a probe that hangs is ended at its limit with all that it started`() throws {
        let (record, text) = try look(
            Self.recipe("echo begun; setsid sleep 4711 & sleep 4711", seconds: 1))
        #expect(record?.outcome == .timedOut && text == "begun\n")
        #expect(try TestProgram(["pgrep", "-f", "sleep 4711"]).run().outputText.isEmpty)
    }

    @Test func `a probe that floods is cut`() throws {
        let (record, text) = try look(Self.recipe("cat /dev/zero"))
        #expect(record?.isTruncated == true && text.utf8.count == 65536)
    }

    @Test func `a recipe of the user's directory makes no probe`() throws {
        let session = try AmberSession(["c/amber/recipes/odd.yaml": Self.recipe("echo seen")])
        let end = try session.shell(
            """
            XDG_CONFIG_HOME=$PWD/c amber capture --output $OUT -- sh -c 'exit 3'; amber show $OUT
            """)
        #expect(end.outputText.contains("odd look, not made: the recipe is neither shipped nor named"))
    }

    @Test func `probes can be left out, and a success makes none`() throws {
        #expect(
            try look(Self.recipe("echo seen"), options: "--no-probes --recipe $PWD/odd.yaml").record == nil)
        let session = try AmberSession()
        _ = try session.shell("amber capture --on always --output $OUT -- true")
        #expect(try BundleReader(path: session.site.desk + "/run.amber").probes().isEmpty)
    }

    @Test(.requires(.program("unshare")))
    func `where nothing can be made read-only nothing is run, and that is said`()
        throws
    {
        let (record, text) = try look(
            Self.recipe("echo seen"),
            setting:
                "amber() { unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"' - \(AmberExecutable.path) \"$@\"; };"
        )
        #expect(record?.absence?.contains("no place where it can change nothing") == true && text.isEmpty)
    }

    @Test(.requires(.program("python3"))) func `a runtime is asked for its version, a namesake of it is not`()
        throws
    {
        let session = try AmberSession(["a.py": "1/0\n"])
        let asked = try session.shell("amber capture --output $OUT -- python3 a.py; amber show $OUT")
        #expect(asked.outputText.contains("python version, /"), "\(asked.outputText)")
        let namesake = try session.shell(
            """
            rm $OUT; cp /bin/false python3; amber capture --output $OUT -- ./python3; amber show $OUT
            """)
        #expect(!namesake.outputText.contains("python version"), "\(namesake.outputText)")
    }
}
