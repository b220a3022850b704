import AmberInventory
import AmberModel
import AmberTestSupport
import Testing

@Suite struct RpmDatabaseTests {
    private static let runner: Inventory.ToolRunner = { arguments, _ in
        // Debian's rpm looks for the database in the home directory, everybody else's below /var/lib.
        let words = (arguments + ["--dbpath", "/var/lib/rpm"]).map { word in
            "'" + word.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
        }
        return shell(words.joined(separator: " ") + " 2>/dev/null; true").map { Array($0.utf8) }
    }

    @Test(.requires(.program("rpmbuild"))) func `an installed package owns its files`() throws {
        let tree = TemporaryTree()
        try tree.write("/etc/os-release", "ID=fedora\n")
        try tree.write(
            "/amber.spec",
            """
            Name: hello-amber
            Epoch: 2
            Version: 1.0~rc1
            Release: 3%{?dist}
            Summary: x
            License: MIT
            BuildArch: noarch
            %description
            x
            %install
            mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/ha
            echo hi > %{buildroot}/usr/bin/hello-amber
            echo hi > "%{buildroot}/usr/share/ha/a b"
            %files
            /usr/bin/hello-amber
            "/usr/share/ha/a b"
            """)
        let build =
            "rpmbuild --define '_topdir \(tree.path)/top' --define 'dist .fc38' -bb \(tree.path)/amber.spec"
        _ = try #require(shell("\(build) >/dev/null 2>&1"))
        _ = try #require(
            shell(
                "rpm --root \(tree.path) --dbpath /var/lib/rpm --nodeps --ignorearch --noscripts -i \(tree.path)/top/RPMS/noarch/*.rpm 2>&1"
            ))
        let touched: [ByteString] = ["/usr/bin/hello-amber", "/usr/share/ha/a b", "/etc/passwd"]
        let report = Inventory(root: tree.path, runTool: Self.runner).survey(touched)
        #expect(
            report.packages == [
                PackageRecord(
                    ecosystem: .rpm, name: "hello-amber", version: "2:1.0~rc1-3.fc38", architecture: "noarch",
                    source: "hello-amber-1.0~rc1-3.fc38.src.rpm", namespace: "fedora",
                    files: ["/usr/bin/hello-amber", "/usr/share/ha/a b"])
            ])
        #expect(report.layer(of: "/usr/bin/hello-amber") == .system)
    }

    @Test func `the answers of rpm are read and everything else it prints is left out`() throws {
        let tree = TemporaryTree()
        try tree.write("/usr/lib/sysimage/rpm/Packages.db", "x")
        try tree.write("/etc/os-release", "ID=\"opensuse-leap\"\n")
        let report = Inventory(root: tree.path) { arguments, _ in
            let isOwner = arguments.contains("-qf")
            return Array(
                (isOwner
                    ? "file /etc/x is not owned by any package\nP\tbash\t5.2-1\tx86_64\tbash-5.2-1.src.rpm\n"
                    : "P\tbash\t5.2-1\tx86_64\tbash-5.2-1.src.rpm\nF\t/bin/bash\nF\t/etc/bash\nP\n\nP\t\t\t\t\n")
                    .utf8)
        }.survey(["/usr/bin/bash", "/etc/x"])
        #expect(report.packages.map(\.files) == [["/usr/bin/bash"]])
        #expect(report.owner(of: "/usr/bin/bash")?.namespace == "opensuse-leap")
    }

    @Test func `a tool that fails gives no packages`() throws {
        let tree = TemporaryTree()
        try tree.write("/var/lib/rpm/rpmdb.sqlite", "x")
        #expect(Inventory(root: tree.path) { _, _ in nil }.survey(["/usr/bin/bash"]).packages.isEmpty)
    }
}
