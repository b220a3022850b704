import AmberInventory
import AmberKernel
import AmberModel
import Testing

@Suite struct InventoryCacheTests {
    private let tree = TemporaryTree()
    private var site: String { tree.path + "/venv/lib/python3.11/site-packages" }
    private var module: ByteString { ByteString(site + "/six.py") }
    /// Files that were made just now prove nothing; seen from a minute later they do.
    private var cache: InventoryCache {
        InventoryCache(directory: tree.path + "/cache") { Clock.realtime() + 60_000_000_000 }
    }

    init() throws {
        try tree.write("/venv/lib/python3.11/site-packages/six.py", "x = 1\n")
        try write(version: "1.16.0")
        try tree.write("/venv/lib/python3.11/site-packages/six.dist-info/RECORD", "six.py,sha256=x,1\n")
        try Files.makeDirectory(KernelPath(tree.path + "/cache"), mode: 0o700)
    }

    @Test func `a survey that is used again says the same`() throws {
        let paths: [ByteString] = [module, "/usr/bin/env", "/etc/passwd", "/nowhere/at/all"]
        let plain = Inventory().survey(paths)
        let first = Inventory(cache: cache).survey(paths)
        #expect(try kept().count == 1)
        let second = Inventory(cache: cache).survey(paths)
        for report in [first, second] {
            #expect(report.packages == plain.packages)
            for path in paths {
                #expect(report.owner(of: path) == plain.owner(of: path))
                #expect(report.layer(of: path) == plain.layer(of: path))
            }
        }
    }

    @Test func `a package that was replaced is surveyed again`() throws {
        #expect(version(Inventory(cache: cache).survey([module])) == "1.16.0")
        try write(version: "1.17.0")
        #expect(version(Inventory(cache: cache).survey([module])) == "1.17.0")
    }

    @Test func `a package that was added beside is surveyed`() throws {
        let other = ByteString(site + "/toml.py")
        #expect(Inventory(cache: cache).survey([module, other]).owner(of: other) == nil)
        try tree.write(
            "/venv/lib/python3.11/site-packages/toml.dist-info/METADATA", "Name: toml\nVersion: 2\n")
        try tree.write("/venv/lib/python3.11/site-packages/toml.dist-info/RECORD", "toml.py,sha256=x,1\n")
        #expect(Inventory(cache: cache).survey([module, other]).ownerName(of: other) == "pypi:toml")
    }

    @Test func `what is changed while it is surveyed is not kept`() throws {
        let strict = InventoryCache(directory: tree.path + "/cache")
        _ = Inventory(cache: strict).survey([module])
        #expect(try kept().isEmpty)
    }

    @Test(arguments: [0, 20, 200, 300]) func `a damaged survey is made again`(_ place: Int) throws {
        _ = Inventory(cache: cache).survey([module])
        let file = KernelPath(tree.path + "/cache/" + String(decoding: try kept()[0], as: UTF8.self))
        var bytes = try Files.contents(file, limit: 1 << 20)
        bytes[place] ^= 0x55
        let open = try Files.open(file, Files.Flag.writeOnly | Files.Flag.truncate)
        try Files.writeAll(open.number, bytes)
        #expect(version(Inventory(cache: cache).survey([module])) == "1.16.0")
    }

    private func write(version: String) throws {
        try tree.write(
            "/venv/lib/python3.11/site-packages/six.dist-info/METADATA", "Name: six\nVersion: \(version)\n")
    }

    private func version(_ report: InventoryReport) -> String? { report.owner(of: module)?.version }

    private func kept() throws -> [[UInt8]] {
        let cache = try Files.open(
            KernelPath(tree.path + "/cache"), Files.Flag.readOnly | Files.Flag.directory)
        return try Files.names(of: cache.number)
    }
}
