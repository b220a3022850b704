import AmberInventory
import AmberKernel
import AmberModel
import AmberTestSupport
import Glibc
import Testing

extension KernelFeature {
    /// A Python with the published CycloneDX schemas; `AMBER_CYCLONEDX_PYTHON` names it, else it is `python3`.
    static let cycloneDXSchema = KernelFeature(name: "cycloneDXSchema") {
        shell("\(cycloneDXPython) -c 'import cyclonedx.validation.json, jsonschema' 2>/dev/null") == nil
            ? "pip install 'cyclonedx-python-lib[json-validation]'" : nil
    }

    static var cycloneDXPython: String {
        getenv("AMBER_CYCLONEDX_PYTHON").map { String(cString: $0) } ?? "python3"
    }
}

@Suite struct CycloneDXTests {
    static let packages = [
        PackageRecord(
            ecosystem: .deb, name: "libstdc++6", version: "1:12.2.0-14+deb12u1", architecture: "amd64",
            source: "gcc-12", namespace: "debian", files: ["/usr/lib/libstdc++.so.6"]),
        PackageRecord(ecosystem: .pypi, name: "Zope.Interface_x", version: "5.4"),
        PackageRecord(ecosystem: .pypi, name: "zope-interface-x", version: "5.4"),
        PackageRecord(ecosystem: .npm, name: "@babel/core", version: "7.0.0-beta.1"),
        PackageRecord(ecosystem: .maven, name: "org.apache.commons:commons-lang3", version: "3.12.0"),
        PackageRecord(ecosystem: .maven, name: "oddjar", version: ""),
        PackageRecord(ecosystem: .golang, name: "github.com/BurntSushi/toml", version: "v1.3.2"),
        PackageRecord(
            ecosystem: .rpm, name: "bash", version: "1:5.2.15-3.fc38", architecture: "x86_64",
            namespace: "fedora"),
        PackageRecord(
            ecosystem: .apk, name: "musl", version: "1.2.4-r2", architecture: "x86_64", namespace: "alpine"),
        PackageRecord(
            ecosystem: .generic, name: "my app", version: "00ff", files: [ByteString([0x2F, 0xFF, 0x22])]),
    ]

    static func encoded() throws -> [UInt8] {
        try CycloneDX.encode(
            packages, title: "job \"x\"", created: "2026-11-23T01:38:15Z", amberVersion: "0.1.0",
            serialNumber: "3e671687-395b-41f5-a30f-a58921a69b79",
            distribution: ["ID": "debian", "VERSION_ID": "12", "PRETTY_NAME": "Debian GNU/Linux 12"])
    }

    @Test(.requires(.cycloneDXSchema)) func `a bill validates against the published schema`() throws {
        #expect(try Self.complaints(about: Self.encoded()) == "")
    }

    @Test func `the same packages give the same bytes`() throws {
        #expect(try Self.encoded() == Self.encoded())
    }

    @Test(
        arguments: [
            "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12",
            "pkg:pypi/zope-interface-x@5.4", "pkg:npm/%40babel/core@7.0.0-beta.1",
            "pkg:maven/org.apache.commons/commons-lang3@3.12.0",
            "pkg:golang/github.com/burntsushi/toml@v1.3.2",
            "pkg:rpm/fedora/bash@5.2.15-3.fc38?arch=x86_64&distro=debian-12&epoch=1",
            "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=debian-12", "pkg:generic/my%20app@00ff",
            "pkg:maven/oddjar/oddjar",
        ])
    func `a package has the URL that its ecosystem prescribes`(_ url: String) throws {
        let lines = String(decoding: try Self.encoded(), as: UTF8.self).split(separator: "\n")
        #expect(lines.contains { $0.contains("\"purl\": \"\(url)\"") })
    }

    @Test(arguments: [
        "", "3E671687-395B-41F5-A30F-A58921A69B79", "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    ])
    func `a serial number that is no UUID is refused`(_ number: String) {
        #expect(throws: CycloneDX.Failure.malformedSerialNumber) {
            try CycloneDX.encode([], title: "", created: "", amberVersion: "", serialNumber: number)
        }
    }

    @Test(.requires(.cycloneDXSchema)) func `a bill of what this machine's Python uses validates`() throws {
        let command =
            "python3 -c 'import json, pip, sys; print(*[m.__file__ for m in sys.modules.values() if getattr(m, \"__file__\", None)], sep=\"\\n\")'"
        let paths = try #require(shell(command)).split(separator: "\n").compactMap { realPath(String($0)) }
        let packages = Inventory().survey(paths + ["/usr/bin/env", "/etc/passwd"]).packages
        let bill = try CycloneDX.encode(
            packages, title: "", created: "2026-11-23T01:38:15Z", amberVersion: "0.1.0",
            serialNumber: "3e671687-395b-41f5-a30f-a58921a69b79")
        #expect(!packages.isEmpty)
        #expect(try Self.complaints(about: bill) == "")
    }

    /// What the published schema, and the package URL specification, have against a bill.
    private static func complaints(about bill: [UInt8]) throws -> String? {
        let tree = TemporaryTree()
        try tree.write("/bom.json", bill)
        try tree.write(
            "/check.py",
            """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            from packageurl import PackageURL
            import json
            text = open(sys.argv[1]).read()
            error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
            if error: print(error)
            for component in json.loads(text)["components"]:
                url = component.get("purl")
                if url and PackageURL.from_string(url).to_string() != url:
                    print("not canonical:", url, PackageURL.from_string(url).to_string())
            """)
        return shell("\(KernelFeature.cycloneDXPython) \(tree.path)/check.py \(tree.path)/bom.json 2>&1")
    }
}
