import AmberInventory
import AmberModel
import Testing

@Suite struct LanguageRuntimesTests {
    @Test(arguments: [
        ("/root/.pyenv/versions/3.11.7/lib/python3.11/os.py", "python 3.11.7"),
        ("/home/a/.nvm/versions/node/v20.1.0/bin/node", "node 20.1.0"),
        ("/home/a/.asdf/installs/ruby/3.2.1/lib/x.rb", "ruby 3.2.1"),
        ("/home/a/.sdkman/candidates/java/17.0.9-tem/lib/modules", "java 17.0.9-tem"),
        ("/opt/jdk-21.0.1/lib/modules", "jdk 21.0.1"),
        ("/opt/java/lib/modules", "java 17.0.9"),
        ("/usr/local/go/src/fmt/print.go", "go 1.22.1"),
        ("/usr/local/lib/python3.12/os.py", "python 3.12.4"),
        ("/usr/local/lib/libpython3.12.so.1.0", "python 3.12.4"),
        ("/usr/local/bin/node", "node 22.3.1"),
    ])
    func `a runtime that no package owns is one package with its version`(
        _ path: String, _ expected: String
    ) throws {
        let tree = TemporaryTree()
        try tree.write("/opt/java/release", "IMPLEMENTOR=\"Eclipse\"\nJAVA_VERSION=\"17.0.9\"\n")
        try tree.write("/usr/local/go/VERSION", "go1.22.1\ntime 2024-02-29T18:18:48Z\n")
        try tree.write(
            "/usr/local/include/python3.12/patchlevel.h", "/* x */\n#define PY_VERSION      \t\"3.12.4\"\n")
        try tree.write(
            "/usr/local/include/node/node_version.h",
            "#define NODE_MAJOR_VERSION 22\n#define NODE_MINOR_VERSION 3\n#define NODE_PATCH_VERSION 1\n")
        let report = Inventory(root: tree.path).survey([ByteString(path)])
        #expect(report.packages.map { "\($0.name) \($0.version)" } == [expected])
        #expect(report.layer(of: ByteString(path)) == .runtime)
    }

    @Test(arguments: [
        "/opt/acme/app/run.py", "/usr/local/bin/backup", "/usr/local/bin/nodejob", "/srv/opt/jdk-21/x",
    ])
    func `a program in a place for programs is no runtime`(_ path: String) {
        let report = Inventory(root: TemporaryTree().path).survey([ByteString(path)])
        #expect(report.packages.isEmpty)
        #expect(report.layer(of: ByteString(path)) == nil)
    }
}
