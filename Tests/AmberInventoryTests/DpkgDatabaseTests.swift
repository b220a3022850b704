import AmberInventory
import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

@Suite struct DpkgDatabaseTests {
    @Test(
        .requires(.program("dpkg-query")),
        arguments: ["/bin/ls", "/usr/bin/perl", "/usr/bin/env", "/etc/bash.bashrc"])
    func `an installed file belongs to the package that dpkg names`(_ name: String) throws {
        let path = try #require(realPath(name))
        let found = try #require(
            shell("dpkg-query -S '\(name)' 2>/dev/null || dpkg-query -S '\(path)'")?.split(separator: ":")
                .first)
        let owner = try #require(Inventory().survey([path]).owner(of: path))
        #expect(owner.name == String(found))
        let expected = shell(
            "dpkg-query -W -f '${Version} ${Architecture}\n' \(found)")?.split(separator: "\n").first.map(
                String.init)
        #expect("\(owner.version) \(owner.architecture ?? "")" == expected)
    }

    @Test func `the report holds one package with its touched files in order`() throws {
        let tree = try Self.tree(lists: ["coreutils": "/.\n/bin\n/bin/cat\n/bin/ls\n/usr/bin/env\n"])
        let report = Inventory(root: tree.path).survey([
            "/usr/bin/ls", "/usr/bin/env", "/usr/bin/cat", "/srv/data",
        ])
        #expect(
            report.packages == [
                PackageRecord(
                    ecosystem: .deb, name: "coreutils", version: "9.1-1", architecture: "amd64",
                    source: "src (1:2)",
                    namespace: "debian", files: ["/usr/bin/cat", "/usr/bin/env", "/usr/bin/ls"])
            ])
        #expect(report.ownerName(of: "/usr/bin/ls") == "deb:coreutils")
        #expect(report.layer(of: "/usr/bin/ls") == .system)
        #expect(report.owner(of: "/srv/data") == nil)
        #expect(report.layer(of: "/srv/data") == nil)
    }

    @Test func `a file that is listed below merged usr is found by its old name`() throws {
        let tree = try Self.tree(lists: ["coreutils": "/usr/lib/x/libx.so.1\n"])
        #expect(
            Inventory(root: tree.path).survey(["/lib/x/libx.so.1"]).ownerName(of: "/lib/x/libx.so.1")
                == "deb:coreutils")
    }

    @Test func `a diverted file belongs to the package that diverts it and the moved one to the other`()
        throws
    {
        let tree = try Self.tree(lists: ["coreutils": "/bin/sh\n", "dash": "/bin/sh\n"])
        try tree.write("/var/lib/dpkg/diversions", "/bin/sh\n/bin/sh.distrib\ndash\n")
        let report = Inventory(root: tree.path).survey(["/usr/bin/sh", "/usr/bin/sh.distrib"])
        #expect(report.ownerName(of: "/usr/bin/sh") == "deb:dash")
        #expect(report.ownerName(of: "/usr/bin/sh.distrib") == "deb:coreutils")
    }

    @Test func `a directory that several packages share has no owner`() throws {
        let tree = try Self.tree(lists: ["coreutils": "/usr/share\n", "dash": "/usr/share\n"])
        try tree.write("/usr/share/x", "")
        #expect(Inventory(root: tree.path).survey(["/usr/share"]).packages.isEmpty)
    }

    @Test func `a removed package owns nothing any more`() throws {
        let tree = try Self.tree(lists: ["gone": "/etc/gone.conf\n"])
        #expect(Inventory(root: tree.path).survey(["/etc/gone.conf"]).packages.isEmpty)
    }

    @Test func `of two architectures each file belongs to its own`() throws {
        let tree = try Self.tree(lists: [
            "libc6:amd64": "/lib/a/libc.so.6\n", "libc6:i386": "/lib/i/libc.so.6\n",
        ])
        let report = Inventory(root: tree.path).survey(["/lib/a/libc.so.6", "/lib/i/libc.so.6"])
        #expect(report.owner(of: "/lib/i/libc.so.6")?.architecture == "i386")
        #expect(report.owner(of: "/lib/a/libc.so.6")?.architecture == "amd64")
        #expect(report.packages.count == 2)
    }

    @Test func `a package's configuration is input and not part of the shared layer`() throws {
        let tree = try Self.tree(lists: ["coreutils": "/etc/dir_colors\n"])
        let report = Inventory(root: tree.path).survey(["/etc/dir_colors"])
        #expect(report.ownerName(of: "/etc/dir_colors") == "deb:coreutils")
        #expect(report.layer(of: "/etc/dir_colors") == .inputs)
    }

    @Test func `a distroless image tells its packages by status files`() throws {
        let tree = TemporaryTree()
        try tree.write(
            "/var/lib/dpkg/status.d/libssl3",
            "Package: libssl3\nVersion: 3.0.11-1~deb12u2\nArchitecture: amd64\n")
        try tree.write(
            "/var/lib/dpkg/status.d/libssl3.md5sums",
            "0123456789abcdef0123456789abcdef  usr/lib/x/libssl.so.3\n")
        let owner = Inventory(root: tree.path).survey(["/usr/lib/x/libssl.so.3"]).owner(
            of: "/usr/lib/x/libssl.so.3")
        #expect(owner?.version == "3.0.11-1~deb12u2")
    }

    @Test(arguments: [
        "", "Package", "Package: a\n\n\n\nVersion:", "\n\n\n", ":", "Package: coreutils\nVersion: \n",
    ])
    func `a damaged status file gives fewer packages and no error`(_ status: String) throws {
        let tree = try Self.tree(lists: ["coreutils": "/bin/ls"])
        try tree.write("/var/lib/dpkg/status", status)
        try tree.write("/var/lib/dpkg/diversions", "/bin/ls\n")
        #expect(Inventory(root: tree.path).survey(["/usr/bin/ls"]).packages.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `a database that is a FIFO is not waited for`() throws {
        let tree = TemporaryTree()
        for name in ["/var/lib/dpkg/status", "/var/lib/dpkg/info/a.list", "/etc/os-release"] {
            try tree.makeParent(of: name)
            try Files.makeNode(KernelPath(tree.path + name), mode: 0o010600)
        }
        #expect(Inventory(root: tree.path).survey(["/usr/bin/ls"]).packages.isEmpty)
    }

    @Test func `a link in a tree does not lead out of the tree`() throws {
        let tree = TemporaryTree()
        try tree.makeParent(of: "/var/lib/dpkg")
        try Files.makeSymlink(
            to: "../../../../../../var/lib/dpkg", at: KernelPath(tree.path + "/var/lib/dpkg"))
        #expect(Inventory(root: tree.path).survey(["/usr/bin/ls"]).packages.isEmpty)
    }

    /// Makes a tree with lists, and a status file that knows every package of these tests.
    static func tree(lists: [String: String]) throws -> TemporaryTree {
        let tree = TemporaryTree()
        try tree.write("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
        try tree.write("/var/lib/dpkg/status", status)
        for (name, list) in lists { try tree.write("/var/lib/dpkg/info/\(name).list", list) }
        return tree
    }

    private static let status = """
        Package: coreutils
        Status: install ok installed
        Architecture: amd64
        Source: src (1:2)
        Version: 9.1-1
        Description: tools
         Version: 0

        Package: dash
        Status: install ok installed
        Architecture: amd64
        Version: 0.5.12-2

        Package: gone
        Status: deinstall ok config-files
        Version: 1

        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Version: 2.36-9

        Package: libc6
        Status: install ok installed
        Architecture: i386
        Version: 2.36-9

        """
}
