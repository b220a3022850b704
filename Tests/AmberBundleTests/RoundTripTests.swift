import AmberBundle
import AmberKernel
import AmberModel
import AmberTestSupport
import Testing

struct RoundTripTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: LayerCompression.allCases)
    func `what is sealed comes back`(_ compression: LayerCompression) throws {
        let sealed = try Sample.seal(
            at: scratch("x.amber"),
            [
                .system: [
                    Sample.file("/bin/false", "#!", mode: 0o755), Sample.symlink("/lib", to: "usr/lib"),
                ],
                .inputs: [Sample.file("/srv/data", "hello"), Sample.directory("/srv/locked", mode: 0o500)],
            ], compression: compression)
        let reader = try BundleReader(path: sealed.path)
        #expect(reader.manifestDigest == sealed.manifestDigest)
        #expect(reader.layers.map(\.name) == [.system, .inputs, .record])
        #expect(reader.configuration.command == ["/bin/false"])
        let record = try reader.readRecord()
        #expect(record.info == Sample.info)
        #expect(record.run?.outcome == .exited(code: 1))
        for layer in reader.layers {
            let directory = try scratch.directory("out-\(layer.name.rawValue)")
            try reader.extract(layer, into: directory)
        }
        #expect(try scratch.read("out-inputs/srv/data") == Array("hello".utf8))
        let status = try Files.status(KernelPath(scratch("out-system/bin/false")))
        #expect(status.mode & 0o7777 == 0o755)
        #expect(status.modifiedAt == 1_700_000_000_123_456_789)
        #expect(try Files.readLink(KernelPath(scratch("out-system/lib"))) == Array("usr/lib".utf8))
        #expect(try Files.status(KernelPath(scratch("out-inputs/srv/locked"))).mode & 0o7777 == 0o500)
    }

    @Test(.requires(.program("skopeo")))
    func `skopeo reads the image`() throws {
        let sealed = try Sample.seal(at: scratch("x.amber"), [.app: [Sample.file("/app", "code")]])
        let result = try Program.run("skopeo", ["inspect", "oci-archive:" + sealed.path])
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("\"Architecture\": \"amd64\""), "\(result.output)")
        #expect(result.output.contains(sealed.manifestDigest.description), "\(result.output)")
    }
}
