import AmberInventory
import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

@Suite struct JavaArchivesTests {
    private static let properties =
        "#Generated\n#date\nversion=2.14.1\r\ngroupId=org.apache.logging.log4j\nartifactId = log4j-core\n"

    @Test(.requires(.program("jar"))) func `an archive tells the coordinates that Maven wrote into it`()
        throws
    {
        let tree = TemporaryTree()
        try tree.write(
            "/in/META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties", Self.properties)
        try tree.write(
            "/in/META-INF/maven/a/shaded/pom.properties", "groupId=a\nartifactId=shaded\nversion=1\n")
        try Self.jar(tree, "/srv/lib/log4j-core-2.14.1.jar", from: "/in")
        let path: ByteString = "/srv/lib/log4j-core-2.14.1.jar"
        let report = Inventory(root: tree.path).survey([path])
        #expect(report.packages.map(\.name) == ["a:shaded", "org.apache.logging.log4j:log4j-core"])
        #expect(report.owner(of: path)?.name == "org.apache.logging.log4j:log4j-core")
        #expect(report.owner(of: path)?.version == "2.14.1")
        #expect(report.layer(of: path) == .runtime)
    }

    @Test(.requires(.program("jar"))) func `archives in an archive are told`() throws {
        let tree = TemporaryTree()
        try tree.write("/in/META-INF/maven/g/log4j-core/pom.properties", Self.properties)
        try Self.jar(tree, "/boot/BOOT-INF/lib/log4j-core-2.14.1.jar", from: "/in")
        try Self.jar(tree, "/boot/BOOT-INF/lib/plain-3.0-beta.jar", from: "/boot")
        try Self.jar(tree, "/srv/app.jar", from: "/boot")
        let report = Inventory(root: tree.path).survey(["/srv/app.jar"])
        #expect(
            report.packages.map { "\($0.name) \($0.version)" } == [
                "org.apache.logging.log4j:log4j-core 2.14.1", "plain 3.0-beta",
            ])
        #expect(report.layer(of: "/srv/app.jar") == nil)
    }

    @Test(
        .requires(.program("jar")),
        arguments: [
            (
                "/x/guava.jar",
                "Implementation-Title: guava\nImplementation-Version: 31.1\nImplementation-Vendor-Id: com.goo\n gle\n",
                "com.google:guava 31.1"
            ),
            (
                "/x/b.jar", "Bundle-SymbolicName: org.x.b;singleton:=true\nBundle-Version: 1.2\n",
                "org.x.b 1.2"
            ),
            ("/x/commons-io-2.11.0.jar", "A: b\n", "commons-io 2.11.0"),
            (
                "/root/.m2/repository/org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar", "A: b\n",
                "org.slf4j:slf4j-api 1.7.36"
            ),
            (
                "/root/.gradle/caches/modules-2/files-2.1/org.slf4j/slf4j-api/1.7.36/ab12/slf4j-api-1.7.36.jar",
                "A: b\n", "org.slf4j:slf4j-api 1.7.36"
            ),
        ])
    func `without Maven's properties other places tell`(
        _ path: String, _ manifest: String, _ expected: String
    ) throws {
        let tree = TemporaryTree()
        try tree.write("/in/x.txt", "")
        try tree.write("/manifest", manifest)
        try tree.makeParent(of: path)
        _ = try #require(shell("cd \(tree.path)/in && jar cfm '\(tree.path + path)' ../manifest x.txt 2>&1"))
        let owner = Inventory(root: tree.path).survey([ByteString(path)]).owner(of: ByteString(path))
        #expect(owner.map { "\($0.name) \($0.version)" } == expected)
    }

    @Test(.requires(.program("jar"))) func `a damaged archive gives no crash, wherever it is cut or changed`()
        throws
    {
        let tree = TemporaryTree()
        try tree.write("/in/META-INF/maven/g/log4j-core/pom.properties", Self.properties)
        try Self.jar(tree, "/good.jar", from: "/in")
        let good = try Files.contents(KernelPath(tree.path + "/good.jar"), limit: 1 << 20)
        for place in stride(from: 0, to: good.count, by: 7) {
            var changed = good
            changed[place] ^= 0xFF
            try tree.write("/changed.jar", changed)
            try tree.write("/cut.jar", Array(good[..<place]))
            _ = Inventory(root: tree.path).survey(["/changed.jar", "/cut.jar"])
        }
        #expect(Inventory(root: tree.path).survey(["/good.jar"]).packages.count == 1)
    }

    @Test(.requires(.program("jar")), .timeLimit(.minutes(1)))
    func `an entry that inflates without end is given up`() throws {
        let tree = TemporaryTree()
        try tree.write("/in/META-INF/maven/g/log4j-core/pom.properties", Self.properties)
        _ = try #require(shell("head -c 200000000 /dev/zero > \(tree.path)/in/META-INF/MANIFEST.MF2"))
        _ = try #require(shell("cd \(tree.path)/in && mv META-INF/MANIFEST.MF2 bomb.jar"))
        try Self.jar(tree, "/bomb-holder.jar", from: "/in")
        #expect(Inventory(root: tree.path).survey(["/bomb-holder.jar"]).packages.count == 1)
    }

    private static func jar(_ tree: TemporaryTree, _ name: String, from directory: String) throws {
        try tree.makeParent(of: name)
        _ = try #require(
            shell(
                "jar --create --no-manifest --file '\(tree.path + name)' -C \(tree.path + directory) . 2>&1"))
    }
}
