import AmberInventory
import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

@Suite struct BinariesTests {
    @Test(.requires(.program("go"))) func `a Go program tells its modules`() throws {
        let tree = TemporaryTree()
        try tree.write(
            "/src/go.mod",
            "module example.com/App\n\ngo 1.18\n\nrequire example.com/dep v1.2.3\n\nreplace example.com/dep => ../dep\n"
        )
        try tree.write(
            "/src/main.go", "package main\n\nimport \"example.com/dep\"\n\nfunc main() { dep.Do() }\n")
        try tree.write("/dep/go.mod", "module example.com/dep\n\ngo 1.18\n")
        try tree.write("/dep/dep.go", "package dep\n\nfunc Do() {}\n")
        let build =
            "cd \(tree.path)/src && GOFLAGS=-mod=mod GOPROXY=off GOCACHE=\(tree.path)/cache HOME=/nonexistent"
        _ = try #require(
            shell(
                "\(build) GOTOOLCHAIN=local go build -o ../app . && \(build) go build -ldflags '-s -w' -o ../bare ."
            ))
        let version = try #require(shell("go env GOVERSION")?.split(separator: "\n").first)
        let report = Inventory(root: tree.path).survey(["/app", "/bare"])
        #expect(report.ownerName(of: "/app") == "golang:example.com/App")
        #expect(report.layer(of: "/app") == nil)
        #expect(report.packages.map(\.name) == ["../dep", "example.com/App", "stdlib"])
        #expect(report.packages.last?.version == version.dropFirst(2).description)
        #expect(report.packages.last?.files == ["/app", "/bare"])
    }

    @Test(.requires(.program("readelf"))) func `a library that nobody owns is known by its build-id`() throws
    {
        let tree = TemporaryTree()
        let libc = try #require(
            realPath("/lib/x86_64-linux-gnu/libc.so.6") ?? realPath("/lib/aarch64-linux-gnu/libc.so.6"))
        _ = try #require(shell("mkdir -p \(tree.path)/app && cp \(libc) \(tree.path)/app/libmine.so.6"))
        let expected = try #require(
            shell("readelf -n \(libc) | sed -n 's/.*Build ID: //p'")?.split(separator: "\n").first)
        let record = Inventory(root: tree.path).survey(["/app/libmine.so.6"]).owner(of: "/app/libmine.so.6")
        #expect(
            record
                == PackageRecord(
                    ecosystem: .generic, name: "libmine.so.6", version: String(expected),
                    files: ["/app/libmine.so.6"]))
    }

    @Test func `a module in Go's cache has the name behind its escapes`() {
        let path: ByteString = "/root/go/pkg/mod/github.com/!burnt!sushi/toml@v1.3.2/decode.go"
        let report = Inventory(root: TemporaryTree().path).survey([path])
        #expect(
            report.owner(of: path)
                == PackageRecord(
                    ecosystem: .golang, name: "github.com/BurntSushi/toml", version: "v1.3.2", files: [path]))
        #expect(report.layer(of: path) == .runtime)
    }

    @Test func `a script and a text are no binaries`() throws {
        let tree = TemporaryTree()
        try tree.write("/app/run.so", String(repeating: "#!/bin/sh\n", count: 20))
        #expect(Inventory(root: tree.path).survey(["/app/run.so", "/app/missing.so"]).packages.isEmpty)
    }

    @Test func `a damaged binary gives fewer facts and no crash`() throws {
        let good = try Files.contents("/proc/self/exe", limit: 1 << 30)
        let elf = try #require(ElfFile(ByteSource(good)))
        let table = Array(good[..<min(good.count, 4096)])
        for place in table.indices where place < 64 || place % 5 == 0 {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                var changed = table
                changed[place] = value
                guard let damaged = ElfFile(ByteSource(changed)) else { continue }
                _ = (damaged.sections, damaged.buildID, damaged.neededLibraries, damaged.interpreter)
            }
        }
        for count in 0..<200 { _ = ElfFile(ByteSource(Array(good[..<count])))?.neededLibraries }
        #expect(elf.neededLibraries.contains { $0.hasPrefix("libc.so") })
        #expect(elf.interpreter?.contains("ld-linux") == true)
    }
}
