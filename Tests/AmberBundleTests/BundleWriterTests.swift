import AmberKernel
import AmberModel
import Testing

@testable import AmberBundle

struct BundleWriterTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func entries() throws -> [LayerEntry] {
        var seed: UInt64 = 1
        return try (0..<40).map { index in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: seed >> 33), count: index * 5000)
            let path = try scratch.write("file-\(index)", bytes)
            return LayerEntry(
                path: ByteString("/d\(index % 3)/file-\(index)"),
                metadata: Sample.metadata(size: bytes.count),
                digest: ContentHasher.digest(of: bytes), content: .file(path: ByteString(path)))
        }
    }

    @Test(arguments: LayerCompression.allCases)
    func `the same files give the same bundle, in any order and for any number of threads`(
        _ compression: LayerCompression
    ) throws {
        let entries = try entries()
        let first = try Sample.seal(
            at: scratch("1.amber"), [.app: entries], compression: compression, threads: 1)
        let second = try Sample.seal(
            at: scratch("2.amber"), [.app: entries.shuffled()], compression: compression, threads: 7)
        #expect(first.manifestDigest == second.manifestDigest)
        #expect(try scratch.read("1.amber") == scratch.read("2.amber"))
    }

    @Test func `bundles of one chosen name that are sealed at once do not replace each other`() async throws {
        let scratch = scratch
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<8 {
                group.addTask {
                    var writer = try BundleWriter(destination: scratch("job.amber"), replaces: false)
                    try writer.addLayer(.app, [Sample.file("/number", "\(index)")])
                    return try writer.seal(configuration: Sample.configuration).path
                }
            }
            var paths: Set<String> = []
            for try await path in group { paths.insert(path) }
            return paths
        }
        let expected = ["job.amber"] + (2...8).map { "job-\($0).amber" }
        #expect(paths == Set(expected.map { scratch($0) }))
        #expect(try scratch.names().sorted() == expected.sorted())
    }

    @Test func `a file that had a name of its own takes a free one and leaves none behind`() throws {
        try scratch.write("x", [1])
        do {
            var file = try TemporaryFile(in: scratch.path, isNamed: true)
            let path = try file.publish(
                asFirstFreeOf: { scratch($0 == 1 ? "x" : "x\($0)") }, mode: 0o600, isDurable: false)
            #expect(path == scratch("x2"))
        }
        #expect(try scratch.names() == ["x", "x2"])
        #expect(try scratch.read("x") == [1])
    }

    @Test func `the digest of a known layer never changes`() throws {
        let entries = [
            Sample.file("/etc/app.conf", "a = 1\n"), Sample.symlink("/etc/app", to: "app.conf"),
            Sample.file(ByteString(Array("/odd/".utf8) + [0xFF, 0x0A]), "x"),
        ]
        var writer = try BundleWriter(destination: scratch("x.amber"))
        let summary = try #require(try writer.addLayer(.inputs, entries))
        #expect(
            summary.diffID.description
                == "sha256:550ada559a1004390578f314249393be4a6205aba3cff5b0cb0ddf20458d9002")
    }

    @Test func `a layer comes from the store the second time`() throws {
        let store = try LocalStore(directory: scratch("store"))
        let entries = try entries()
        var first = try BundleWriter(destination: scratch("1.amber"), store: store)
        let built = try #require(try first.addLayer(.app, entries))
        #expect(!built.isReused)
        _ = try first.seal(configuration: Sample.configuration)
        var second = try BundleWriter(destination: scratch("2.amber"), store: store)
        let reused = try #require(try second.addLayer(.app, entries.shuffled()))
        #expect(reused.isReused)
        #expect(reused.digest == built.digest)
        _ = try second.seal(configuration: Sample.configuration)
        #expect(try scratch.read("1.amber") == scratch.read("2.amber"))
        #expect(store.usage().blobCount == 1)
    }

    @Test func `a damaged blob in the store is not used`() throws {
        let store = try LocalStore(directory: scratch("store"))
        let entries = try entries()
        var first = try BundleWriter(destination: scratch("1.amber"), store: store)
        let built = try #require(try first.addLayer(.app, entries))
        _ = try first.seal(configuration: Sample.configuration)
        var bytes = try Files.contents(KernelPath(store.path(of: built.digest)), limit: 1 << 30)
        bytes[bytes.count / 2] ^= 1
        try scratch.write("store/blobs/sha256/\(built.digest.hexadecimal)", bytes)
        var second = try BundleWriter(destination: scratch("2.amber"), store: store)
        let again = try #require(try second.addLayer(.app, entries))
        #expect(!again.isReused)
        #expect(again.digest == built.digest)
    }

    @Test func `a source that lies about its content is named and the layer stays whole`() throws {
        let path = try scratch.write("source", Array("12345".utf8))
        func entry(_ name: ByteString, size: Int, digest: Digest? = nil) -> LayerEntry {
            LayerEntry(
                path: name, metadata: Sample.metadata(size: size), digest: digest,
                content: .file(path: ByteString(path)))
        }
        var writer = try BundleWriter(destination: scratch("x.amber"))
        let summary = try #require(
            try writer.addLayer(
                .inputs,
                [
                    entry("/a-short", size: 9), entry("/b-long", size: 3),
                    entry("/c-changed", size: 5, digest: ContentHasher.digest(of: [])),
                    entry("/d-good", size: 5, digest: ContentHasher.digest(of: Array("12345".utf8))),
                    LayerEntry(
                        path: "/e-gone", metadata: Sample.metadata(size: 4),
                        content: .file(path: "/nonexistent")),
                    LayerEntry(path: "/f-socket", metadata: Sample.metadata(.socket)),
                ]))
        let reasons = Dictionary(uniqueKeysWithValues: summary.deviations.map { ($0.path, $0.reason) })
        #expect(reasons["/a-short"] == .shorter)
        #expect(reasons["/b-long"] == .longer)
        #expect(reasons["/c-changed"] == .changed)
        #expect(reasons["/d-good"] == nil)
        #expect(reasons.count == 5)
        try writer.addLayer(.record, try Sample.record())
        _ = try writer.seal(configuration: Sample.configuration)
        let reader = try BundleReader(path: scratch("x.amber"))
        try reader.extract(try #require(reader.layer(.inputs)), into: try scratch.directory("out"))
        #expect(try scratch.read("out/a-short") == Array("12345\0\0\0\0".utf8))
        #expect(try scratch.read("out/b-long") == Array("123".utf8))
        #expect(try scratch.read("out/e-gone") == [0, 0, 0, 0])
    }

    @Test func `odd names come back byte for byte`() throws {
        let deep = ByteString(
            Array(
                ("/"
                    + [String](repeating: String(repeating: "d", count: 200), count: 20).joined(
                        separator: "/")).utf8))
        let paths: [ByteString] = [
            ByteString([UInt8(ascii: "/"), 0xFF, 0xFE, UInt8(ascii: "\n"), 0x80]), "/new\nline", "/ü/é",
            "/ space ",
            ByteString(Array("/".utf8) + [UInt8](repeating: UInt8(ascii: "n"), count: 255)), "/back\\slash",
            "/-n", "/.x",
            ByteString(deep.bytes + Array("/leaf".utf8)),
        ]
        let target = ByteString([0xC3, 0x28, UInt8(ascii: "/")] + [UInt8](repeating: 0xAA, count: 3000))
        let entries = paths.map { Sample.file($0, "content") } + [Sample.symlink("/link", to: target)]
        _ = try Sample.seal(at: scratch("x.amber"), [.inputs: entries])
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try reader.open(try #require(reader.layer(.inputs)))
        var found: [ByteString: TarEntry] = [:]
        while let entry = try layer.next() {
            found[ByteString([UInt8(ascii: "/")] + entry.path.bytes)] = entry
        }
        for path in paths { #expect(found[path]?.kind == .file, "\(path)") }
        #expect(found["/link"]?.linkTarget == target)
        let root = try scratch.directory("out")
        try reader.extract(try #require(reader.layer(.inputs)), into: root)
        let directory = try Files.open(KernelPath(root), Files.Flag.readOnly | Files.Flag.directory)
        for path in paths.dropLast() {
            #expect(
                try Files.contents(KernelPath(path.bytes.dropFirst()), in: directory.number, limit: 100)
                    == Array("content".utf8))
        }
    }

    @Test func `times before 1970 and after 2242 and large ids come back`() throws {
        let times: [Int64] = [-1, -1_500_000_000, 0, 9_000_000_000_000_000_000, 1]
        let entries = times.enumerated().map { index, time in
            LayerEntry(
                path: ByteString("/t\(index)"),
                metadata: FileMetadata(
                    kind: .file, mode: 0o600, userID: 4_000_000_000, groupID: 2_097_152, sizeInBytes: 0,
                    modifiedAt: time))
        }
        _ = try Sample.seal(at: scratch("x.amber"), [.inputs: entries])
        let reader = try BundleReader(path: scratch("x.amber"))
        let layer = try reader.open(try #require(reader.layer(.inputs)))
        var found: [Int64] = []
        while let entry = try layer.next() {
            found.append(entry.modifiedAt)
            #expect(entry.userID == 4_000_000_000 && entry.groupID == 2_097_152)
        }
        #expect(found == times)
    }

    @Test func `a size limit is kept and leaves nothing behind`() throws {
        let noise = Sample.noise(200_000)
        let entry = LayerEntry(
            path: "/noise", metadata: Sample.metadata(size: noise.count), content: .bytes(noise))
        var writer = try BundleWriter(destination: scratch("x.amber"), sizeLimit: 100_000)
        var code: BundleError.Code?
        do { try writer.addLayer(.inputs, [entry]) } catch { code = error.code }
        #expect(code == .sizeLimit)
        try writer.addLayer(.record, try Sample.record())
        _ = try writer.seal(configuration: Sample.configuration)
        #expect(try scratch.names() == ["x.amber"])
    }

    @Test func `a writer that is dropped leaves nothing behind`() throws {
        do {
            var writer = try BundleWriter(destination: scratch("x.amber"))
            try writer.addLayer(.record, try Sample.record())
        }
        #expect(try scratch.names() == [])
    }

    @Test func `paths that a layer cannot hold are left out and named`() throws {
        var writer = try BundleWriter(destination: scratch("x.amber"))
        let summary = try #require(
            try writer.addLayer(
                .inputs,
                [
                    Sample.file("relative", ""), Sample.file("/a/../b", ""), Sample.file("//x", ""),
                    Sample.symlink("/lib", to: "usr/lib"), Sample.file("/lib/x", ""),
                    Sample.file("/.wh.x", ""),
                    Sample.file("/good", ""),
                ]))
        #expect(Set(summary.deviations.map(\.path)) == ["relative", "/a/../b", "//x", "/lib/x", "/.wh.x"])
        #expect(summary.entryCount == 2)
    }
}
