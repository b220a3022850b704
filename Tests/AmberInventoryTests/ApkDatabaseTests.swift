import AmberInventory
import AmberModel
import Testing

@Suite struct ApkDatabaseTests {
    private static let database = """
        C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
        P:alpine-baselayout
        V:3.4.3-r1
        A:x86_64
        o:alpine-baselayout
        F:etc
        R:profile
        a:0:0:644

        P:libcrypto3
        V:3.1.4-r5
        A:x86_64
        o:openssl
        F:lib
        R:libcrypto.so.3
        Z:Q1abc=
        F:
        R:rootfile

        """

    @Test(arguments: ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"])
    func `a library belongs to its package with the source package`(_ place: String) throws {
        let tree = TemporaryTree()
        try tree.write("/etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n")
        try tree.write(place, Self.database)
        let report = Inventory(root: tree.path).survey([
            "/lib/libcrypto.so.3", "/rootfile", "/etc/profile", "/etc/x",
        ])
        #expect(
            report.owner(of: "/lib/libcrypto.so.3")
                == PackageRecord(
                    ecosystem: .apk, name: "libcrypto3", version: "3.1.4-r5", architecture: "x86_64",
                    source: "openssl",
                    namespace: "alpine", files: ["/lib/libcrypto.so.3", "/rootfile"]))
        #expect(report.owner(of: "/etc/profile")?.source == nil)
        #expect(report.owner(of: "/etc/x") == nil)
    }

    @Test(arguments: [
        "P:", "P:a\nV:1\nF:lib\nR:", "F:lib\nR:libcrypto.so.3\n\n", "R:x\nP\n:\n\n\n", "\u{0}\n",
    ])
    func `a damaged database gives fewer packages and no error`(_ text: String) throws {
        let tree = TemporaryTree()
        try tree.write("/lib/apk/db/installed", text)
        #expect(Inventory(root: tree.path).survey(["/lib/libcrypto.so.3"]).packages.isEmpty)
    }
}
