import AmberInventory
import AmberModel
import AmberTestSupport
import Testing

@Suite struct PythonDistributionsTests {
    private static let site = "/venv/lib/python3.11/site-packages"

    @Test(.requires(.program("python3"))) func `an installed distribution has the version that Python says`()
        throws
    {
        let answer = try #require(
            shell("python3 -c 'import pip; print(pip.__file__, pip.__version__)' 2>/dev/null"))
        let parts = answer.split(whereSeparator: \.isWhitespace).map(String.init)
        let path = try #require(realPath(parts[0]))
        let report = Inventory().survey([path])
        let record = try #require(report.packages.first { $0.ecosystem == .pypi })
        #expect(record == PackageRecord(ecosystem: .pypi, name: "pip", version: parts[1], files: [path]))
    }

    @Test func `files belong to the distribution whose RECORD lists them`() throws {
        let tree = try Self.tree(
            record: "six.py,sha256=x,1\nsix-1.16.0.dist-info/METADATA,,\n../../../bin/six,,\n")
        let files = ["/six.py", "/six-1.16.0.dist-info/METADATA", "/__pycache__/six.cpython-311.pyc"]
        let touched = files.map { ByteString(Self.site + $0) } + ["/venv/bin/six"]
        let report = Inventory(root: tree.path).survey(touched)
        #expect(report.packages.map(\.name) == ["six"])
        #expect(report.packages.first?.files == touched.sorted())
        #expect(report.layer(of: touched[0]) == .runtime)
    }

    @Test func `a quoted path keeps its commas and quotes`() throws {
        let tree = try Self.tree(record: "\"six/a,\"\"b\"\".txt\",sha256=x,1\r\nother.py,,\r\n")
        let path = ByteString(Self.site + "/six/a,\"b\".txt")
        #expect(Inventory(root: tree.path).survey([path]).ownerName(of: path) == "pypi:six")
    }

    @Test(arguments: [
        "../../../../etc/passwd,,\n", "/etc/passwd,,\n", "../../../../../../../../../../etc/passwd,,\n",
        "\"../../../../etc/passwd", "a/../../../../../etc/passwd,,",
    ])
    func `a RECORD cannot claim files outside of its environment`(_ record: String) throws {
        let tree = try Self.tree(record: record)
        let report = Inventory(root: tree.path).survey(["/etc/passwd", ByteString(Self.site + "/unknown.py")])
        #expect(report.owner(of: "/etc/passwd") == nil)
    }

    @Test func `a file that no list has belongs to the only distribution of that name`() throws {
        let tree = try Self.tree(record: "six/__init__.py,,\n")
        let path = ByteString(Self.site + "/six/generated.py")
        #expect(Inventory(root: tree.path).survey([path]).ownerName(of: path) == "pypi:six")
    }

    @Test(arguments: [
        "/old-2.0-py3.11.egg-info", "/old-2.0-py3.11.egg-info/PKG-INFO",
        "/old-2.0-py3.11.egg/EGG-INFO/PKG-INFO",
    ])
    func `older formats are read as well`(_ metadata: String) throws {
        let tree = TemporaryTree()
        try tree.write(Self.site + metadata, "Metadata-Version: 1.1\nName: old\nVersion: 2.0\n\nVersion: 3\n")
        let path = ByteString(
            Self.site + (metadata.contains(".egg/") ? "/old-2.0-py3.11.egg/old/x.py" : "/old/x.py"))
        let owner = Inventory(root: tree.path).survey([path]).owner(of: path)
        #expect(owner == PackageRecord(ecosystem: .pypi, name: "old", version: "2.0", files: [path]))
    }

    @Test func `a project that is installed in place owns its sources but they are the program's`() throws {
        let tree = try Self.tree(record: "__editable__.six.pth,,\n")
        try tree.write(
            Self.site + "/six-1.16.0.dist-info/direct_url.json",
            "{\"url\": \"file:///srv/my%20app\", \"dir_info\": {\"editable\": true}}")
        let pth = ByteString(Self.site + "/__editable__.six.pth")
        let report = Inventory(root: tree.path).survey([pth, "/srv/my app/six/core.py", "/srv/other.py"])
        #expect(report.ownerName(of: "/srv/my app/six/core.py") == "pypi:six")
        #expect(report.layer(of: "/srv/my app/six/core.py") == nil)
        #expect(report.owner(of: "/srv/other.py") == nil)
        #expect(report.layer(of: pth) == .runtime)
    }

    @Test func `a file that dpkg owns is the system's and its distribution is told too`() throws {
        let site = "/usr/lib/python3/dist-packages"
        let tree = try DpkgDatabaseTests.tree(lists: ["coreutils": "\(site)/six.py\n"])
        try tree.write(site + "/six-1.16.0.egg-info", "Name: six\nVersion: 1.16.0\n")
        let report = Inventory(root: tree.path).survey([ByteString(site + "/six.py")])
        #expect(report.packages.map(\.ecosystem) == [.deb, .pypi])
        #expect(report.ownerName(of: ByteString(site + "/six.py")) == "deb:coreutils")
        #expect(report.layer(of: ByteString(site + "/six.py")) == .system)
    }

    @Test func `metadata of any size costs its first part only`() throws {
        let tree = try Self.tree(record: "")
        let text = Array("Name: six\nVersion: 1.16.0\n\n".utf8) + [UInt8](repeating: 65, count: 3 << 20)
        try tree.write(Self.site + "/six-1.16.0.dist-info/METADATA", text)
        let path = ByteString(Self.site + "/six.py")
        #expect(Inventory(root: tree.path).survey([path]).owner(of: path)?.version == "1.16.0")
    }

    private static func tree(record: String) throws -> TemporaryTree {
        let tree = TemporaryTree()
        try tree.write(
            site + "/six-1.16.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n")
        try tree.write(site + "/six-1.16.0.dist-info/RECORD", record)
        return tree
    }
}
