import AmberKernel
import AmberModel
import AmberTestSupport
import Glibc
import Testing

/// Who captures and who replays.
struct UserPipelineTests {
    private static func job(_ user: String?, replayUser: String?) -> PipelineCase {
        PipelineCase(
            files: [
                "job.sh":
                    "id -u; id -g; cat private 2>/dev/null; read -r word < state; echo x 2>/dev/null > state; test \"$word\" = good\n",
                "private": "secret\n", "state": "bad\n",
            ],
            preparation: "chmod 600 private", command: ["sh", "job.sh"], user: user, replayUser: replayUser,
            cure: .file("state", "good\n"))
    }

    @Test(.requires(.root)) func `a run of an ordinary user is replayed by root`() throws {
        try Self.job("nobody", replayUser: nil).check()
    }

    @Test(.requires(.root)) func `a run of an ordinary user is replayed by that user`() throws {
        try Self.job("nobody", replayUser: "nobody").check()
    }

    @Test(.requires(.root)) func `a run of root is replayed by an ordinary user`() throws {
        try Self.job(nil, replayUser: "nobody").check()
    }

    @Test(.requires(.root)) func `a service that would lose its rights under capture is refused`() throws {
        let session = try AmberSession()
        let end = try session.shell(
            """
            cp $(readlink -f $(type -P true)) tool; chmod 4755 tool; chmod 777 .
            setpriv --reuid 65534 --clear-groups \
                \(AmberExecutable.path) serve --listen 0 --upstream 1 --output-dir bundles -- ./tool
            """)
        #expect(end.status == 125, "\(end.errorText)")
        #expect(end.errorText.contains("rights by its file"), "\(end.errorText)")
    }

    @Test(.requires(.root)) func `a refusal by permissions comes back`() throws {
        try PipelineCase(
            files: ["job.sh": "cat etc/token > /dev/null || exit 13\n", "etc/token": "t\n"],
            preparation: "chmod 700 etc",
            command: ["sh", "job.sh"], user: "nobody", cure: .file("job.sh", "exit 0\n")
        ).check()
    }
}
