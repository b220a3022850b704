import AmberBundle
import AmberModel
import AmberTestSupport
import Testing

/// Programs whose names say nothing, from capture to the debugger.
struct RecognitionPipelineTests {
    private static let build = "GOCACHE=$PWD/cache GO111MODULE=off go build"
    private static let source = """
        package main
        import "os"
        func leave(code int) { os.Exit(code) }
        func main() { leave(3) }
        """

    @Test(.requires(.program("dlv"), .program("go")))
    func `a Go program that says nothing gets delve, before its exit`() throws {
        let run = try DebugCase(
            files: ["a.go": Self.source], preparation: "\(Self.build) -gcflags 'all=-N -l' -o nightly a.go",
            "./nightly")
        let (text, _) = try run.debug("", input: "bt\nexit\ny\n")
        #expect(text.contains("main.leave") && text.contains("a.go:3"), "\(text)")
    }

    @Test(.requires(.program("dlv"), .program("go"), .program("gdb")))
    func `a Go program without debug information gets gdb, and is told why`() throws {
        let run = try DebugCase(
            files: ["a.go": Self.source], preparation: "\(Self.build) -ldflags '-s -w' -o nightly a.go",
            "sh -c './nightly; exit 3'")
        let (text, _) = try run.debug("-- -batch -ex 'print $rdi'")
        #expect(text.contains("no debug information, which delve needs"), "\(text)")
        #expect(text.contains("exit_group") && text.contains("$1 = 3"), "\(text)")
    }

    @Test(.requires(.program("python3")))
    func `a script with a name of its own gets its interpreter's debugger`()
        throws
    {
        let script = "#!/usr/bin/env python3\nimport sys\ncode = 40 + 2\nsys.exit(code)\n"
        let run = try DebugCase(files: ["nightly": script], "./nightly")
        let (text, _) = try run.debug("--at start -- -c next -c next -c next -c 'p code' -c q")
        #expect(text.contains("42"), "\(text)")
    }

    @Test func `a file beside a program that alone tells its runtime goes into the bundle`() throws {
        let session = try AmberSession(["package.json": "{}"], preparation: "cp /bin/false nightly")
        _ = try session.shell("PLACE=$PWD; cd /; amber capture --output $OUT -- $PLACE/nightly")
        var layers: [String: LayerName?] = [:]
        try BundleReader(path: session.site.desk + "/run.amber").forEachFile {
            layers[$0.path.description] = $0.layer
        }
        #expect(layers["\(session.site.place)/package.json"] == .some(.inputs), "\(layers)")
    }
}
