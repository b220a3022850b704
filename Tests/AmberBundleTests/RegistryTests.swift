import AmberBundle
import AmberKernel
import AmberModel
import AmberTestSupport
import Glibc
import Testing

/// Bundles on their way through other people's tools.
@Suite(.serialized)
struct RegistryTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func sample(_ compression: LayerCompression = .zstd) throws -> SealedBundle {
        let files = [Sample.file("/srv/data", "hello"), Sample.symlink("/srv/link", to: "data")]
        return try Sample.seal(
            at: scratch("x.amber"), [.system: [Sample.file("/bin/x", "x")], .inputs: files],
            compression: compression)
    }

    private func expectTheSample(at path: String) throws {
        let reader = try BundleReader(path: path)
        #expect(reader.layers.map(\.name) == [.system, .inputs, .record])
        #expect(reader.verify().isSound)
        #expect(try reader.readRecord().info == Sample.info)
        let place = try scratch.directory("out-\(UInt64.random(in: 0...UInt64.max))")
        try reader.extract(try #require(reader.layer(.inputs)), into: place)
        #expect(try Files.contents(KernelPath(place + "/srv/data"), limit: 100) == Array("hello".utf8))
    }

    private func skopeo(_ arguments: String...) throws {
        let result = try Program.run("skopeo", arguments)
        try #require(result.status == 0, "\(result.output)")
    }

    @Test(.requires(.program("skopeo")), arguments: LayerCompression.allCases)
    func `a copy by skopeo opens, as archive and as directory`(_ compression: LayerCompression) throws {
        let sealed = try sample(compression)
        try skopeo("copy", "oci-archive:" + sealed.path, "oci-archive:" + scratch("copy.amber"))
        try expectTheSample(at: scratch("copy.amber"))
        try skopeo("copy", "oci-archive:" + sealed.path, "oci:" + scratch("layout"))
        try expectTheSample(at: scratch("layout"))
        #expect(try BundleReader(path: scratch("copy.amber")).manifestDigest == sealed.manifestDigest)
    }

    @Test(.requires(.program("skopeo"), .program("docker-registry")), .timeLimit(.minutes(1)))
    func `a bundle comes back from a registry with the same digest`() throws {
        let sealed = try sample()
        let port = 20000 + Int(getpid()) % 20000
        try scratch.write(
            "config.yml",
            Array(
                """
                version: 0.1
                storage: { filesystem: { rootdirectory: \(scratch("registry")) } }
                http: { addr: "127.0.0.1:\(port)" }
                """.utf8))
        let log = try Files.open(
            KernelPath(scratch("log")), Files.Flag.writeOnly | Files.Flag.create, mode: 0o600)
        let registry = try Program.spawn(
            "docker-registry", ["serve", scratch("config.yml")], output: log.number)
        defer {
            kill(registry, SIGTERM)
            _ = Program.wait(for: registry)
        }
        for _ in 0..<200 where !Program.isListening(port) { usleep(50_000) }
        let image = "docker://127.0.0.1:\(port)/bundles/sample:1"
        try skopeo("copy", "--dest-tls-verify=false", "oci-archive:" + sealed.path, image)
        try skopeo("copy", "--src-tls-verify=false", image, "oci-archive:" + scratch("back.amber"))
        try expectTheSample(at: scratch("back.amber"))
        #expect(try BundleReader(path: scratch("back.amber")).manifestDigest == sealed.manifestDigest)
    }

    @Test(.requires(.program("tar"), .program("zstd")))
    func `a layer is a tar that tar reads`() throws {
        let odd = ByteString(Array("/srv/".utf8) + [0xFF, UInt8(ascii: "\n"), UInt8(ascii: "x")])
        let long = ByteString("/srv/" + String(repeating: "long/", count: 60) + "leaf")
        _ = try Sample.seal(
            at: scratch("x.amber"), [.inputs: [Sample.file(odd, "odd"), Sample.file(long, "long")]])
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try #require(reader.layer(.inputs))
        let directory = try scratch.directory("out")
        try skopeo("copy", "oci-archive:" + scratch("x.amber"), "oci:" + scratch("layout"))
        let blob = scratch("layout/blobs/sha256/\(layer.digest.hexadecimal)")
        let result = try Program.run("tar", ["--zstd", "-xf", blob, "-C", directory])
        // GNU tar says on stderr that it passes over hdrcharset, which libarchive and pax(1) read.
        #expect(result.status == 0, "\(result.output)")
        #expect(
            try Files.contents(KernelPath(Array(directory.utf8) + odd.bytes), limit: 9) == Array("odd".utf8))
        #expect(
            try Files.contents(KernelPath(Array(directory.utf8) + long.bytes), limit: 9) == Array("long".utf8)
        )
        #expect(
            try Files.status(KernelPath(Array(directory.utf8) + odd.bytes)).modifiedAt
                == 1_700_000_000_123_456_789)
    }
}
