import AmberModel
import AmberTestSupport
import Testing

/// Recipes that are not in the executable.
struct UserRecipeTests {
    private static let recipe = """
        schema: 1
        name: cobol
        title: GnuCOBOL
        failure:
          shapes:
            - name: abend
              at-end: true
              begin: 'ABEND {type:name}: {message:rest}'
        """
    private static let files = [
        "cobol.yaml": recipe, "job.sh": "echo 'ABEND S0C7: data exception' >&2; exit 8\n",
    ]

    @Test func `a recipe of the user's reads failures`() throws {
        let session = try AmberSession(Self.files, preparation: "mkdir -p config/amber/recipes/cobol")
        let end = try session.shell(
            """
            mv cobol.yaml config/amber/recipes/cobol/recipe.yaml; export XDG_CONFIG_HOME=$PWD/config
            amber recipes; amber capture --output $OUT -- sh job.sh
            amber show $OUT --json
            """)
        #expect(end.outputText.contains("cobol\tGnuCOBOL\t/"), "\(end.outputText)")
        #expect(end.outputText.contains("\"runtime\":\"cobol\""), "\(end.outputText)")
        #expect(end.errorText.contains("S0C7: data exception"), "\(end.errorText)")
    }

    @Test func `a recipe can be named for one command`() throws {
        let session = try AmberSession(Self.files)
        let end = try session.shell("amber capture --recipe cobol.yaml --output $OUT -- sh job.sh")
        #expect(end.status == 8)
        #expect(end.errorText.contains("S0C7: data exception"), "\(end.errorText)")
    }

    @Test func `a wrong recipe is refused before anything runs, with line and column`() throws {
        let session = try AmberSession(
            ["bad.yaml": "schema: 1\nname: x\nfailure:\n  shapez: []\n", "job.sh": "touch ran; exit 8\n"])
        let end = try session.shell("amber capture --recipe bad.yaml --output $OUT -- sh job.sh; echo $?; ls")
        #expect(end.outputText == "64\nbad.yaml\njob.sh\n", "\(end.outputText)")
        #expect(end.errorText.contains("bad.yaml:4:3: unknown key `shapez`"), "\(end.errorText)")
        let check = try session.shell("amber recipes check bad.yaml")
        #expect(check.status == 1)
        #expect(check.errorText.contains("bad.yaml:4:3"), "\(check.errorText)")
    }

    @Test func `a wrong recipe of the user's costs no bundle`() throws {
        let session = try AmberSession(
            ["config/amber/recipes/bad.yaml": "schema: 1\nname: [\n", "job.sh": "exit 8\n"])
        let end = try session.shell("XDG_CONFIG_HOME=$PWD/config amber capture --output $OUT -- sh job.sh")
        #expect(end.status == 8 && session.hasBundle)
        #expect(end.errorText.contains("a recipe was left out"), "\(end.errorText)")
    }
}
