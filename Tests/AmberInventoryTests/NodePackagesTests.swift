import AmberInventory
import AmberModel
import AmberTestSupport
import Testing

@Suite struct NodePackagesTests {
    @Test(.requires(.program("npm"), .program("node"))) func `npm itself has the version that it says`()
        throws
    {
        let path = try #require(shell("readlink -f \"$(command -v npm)\"")?.split(separator: "\n").first)
        let version = try #require(shell("npm --version")?.split(separator: "\n").first)
        let record = Inventory().survey([ByteString(String(path))]).packages.first { $0.ecosystem == .npm }
        #expect(record?.name == "npm")
        #expect(record?.version == String(version))
    }

    @Test(arguments: [
        ("/srv/app/node_modules/left-pad/lib/index.js", "left-pad"),
        ("/srv/app/node_modules/@babel/core/lib/index.js", "@babel/core"),
        ("/srv/app/node_modules/a/node_modules/left-pad/x.js", "left-pad"),
        ("/srv/app/node_modules/.pnpm/left-pad@1.0.0/node_modules/left-pad/x.js", "left-pad"),
    ])
    func `a file belongs to the innermost package`(_ path: String, _ name: String) throws {
        let tree = TemporaryTree()
        let directory = path.split(separator: name + "/").first.map { "\($0)\(name)" } ?? ""
        let root =
            path.hasPrefix("/srv/app/node_modules/.pnpm")
            ? "/srv/app/node_modules/.pnpm/left-pad@1.0.0/node_modules/left-pad" : directory
        try tree.write(
            root + "/package.json", "{\"name\": \"\(name)\", \"version\": \"1.0.0\", \"x\": [1, {}]}")
        try tree.write("/srv/app/node_modules/a/package.json", "{\"name\": \"a\", \"version\": \"9\"}")
        let report = Inventory(root: tree.path).survey([ByteString(path)])
        #expect(report.owner(of: ByteString(path))?.name == name)
        #expect(report.layer(of: ByteString(path)) == .runtime)
    }

    @Test func `the program's own package.json is no dependency`() throws {
        let tree = TemporaryTree()
        try tree.write("/srv/app/package.json", "{\"name\": \"app\", \"version\": \"1.0.0\"}")
        let report = Inventory(root: tree.path).survey(["/srv/app/index.js", "/srv/app/node_modules/.bin/x"])
        #expect(report.packages.isEmpty)
        #expect(report.layer(of: "/srv/app/index.js") == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"name\": 1, \"version\": 2}", "{\"name\": \"\", \"version\": \"1\"}",
        "{\"name\": \"a\"}", "\u{0}",
    ])
    func `a damaged package.json gives no package and no error`(_ text: String) throws {
        let tree = TemporaryTree()
        try tree.write("/srv/node_modules/a/package.json", text)
        #expect(Inventory(root: tree.path).survey(["/srv/node_modules/a/index.js"]).packages.isEmpty)
    }

    @Test func `a package.json that is nested without end gives no package and no crash`() throws {
        let tree = TemporaryTree()
        try tree.write(
            "/srv/node_modules/a/package.json", [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20))
        #expect(Inventory(root: tree.path).survey(["/srv/node_modules/a/index.js"]).packages.isEmpty)
    }
}
