import AmberKernel
import AmberModel
import Testing

@testable import AmberBundle

/// Bundles that were cut, flipped or put together wrongly.
struct DamagedBundleTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func sound() throws -> [UInt8] {
        _ = try Sample.seal(
            at: scratch("sound.amber"),
            [
                .inputs: [
                    Sample.file("/a", String(repeating: "some content ", count: 500)), Sample.file("/b", "b"),
                ]
            ])
        return try scratch.read("sound.amber")
    }

    /// Opens, verifies and extracts everything; the first error, if there is any.
    private func firstError(_ path: String) throws -> BundleError? {
        do {
            let reader = try BundleReader(path: path)
            _ = reader.verify()
            _ = try reader.readRecord()
            for layer in reader.layers {
                try reader.extract(
                    layer, into: try scratch.directory("out-\(UInt64.random(in: 0...UInt64.max))"))
            }
            return nil
        } catch let error as BundleError { return error }
    }

    @Test func `a bundle cut anywhere is refused`() throws {
        let bytes = try sound()
        for length in stride(from: 0, to: bytes.count - 1024, by: 331) {
            let error = try firstError(try scratch.write("cut.amber", Array(bytes[..<length])))
            let code = try #require(error?.code, "cut at \(length) of \(bytes.count)")
            #expect([.truncated, .notABundle].contains(code), "cut at \(length): \(code.rawValue)")
            #expect(error?.remedy.isEmpty == false)
        }
    }

    @Test func `a flipped bit is found wherever it matters`() throws {
        let bytes = try sound()
        var unnoticed = 0
        for position in stride(from: 0, to: bytes.count, by: 97) {
            var damaged = bytes
            damaged[position] ^= 1 << UInt8(position % 8)
            let path = try scratch.write("flip.amber", damaged)
            guard try firstError(path) == nil else { continue }
            unnoticed += 1
            // What passes holds the same documents: only padding of the outer archive was touched.
            #expect(
                try BundleReader(path: path).manifestDigest
                    == BundleReader(path: scratch("sound.amber")).manifestDigest)
        }
        #expect(unnoticed < bytes.count / 97 / 2)
    }

    @Test func `a blob that differs from its digest is called damaged`() throws {
        var bytes = try sound()
        let reader = try BundleReader(path: scratch("sound.amber"))
        let layer = try #require(reader.layer(.inputs))
        let region = try reader.container.blob(layer.digest, size: layer.sizeInBytes)
        bytes[Int(region.offset + region.sizeInBytes / 2)] ^= 0x10
        let error = try firstError(try scratch.write("x.amber", bytes))
        #expect(error?.code == .damaged)
        let report = try BundleReader(path: scratch("x.amber")).verify()
        #expect(report.problemCount == 1)
        #expect(report.problems.first?.subject.contains("inputs") == true, "\(report.problems)")
    }

    @Test func `a missing blob is named`() throws {
        let tar = HostileBundle.tar([])
        let blob = try HostileBundle.compress(tar)
        try HostileBundle.write(
            to: scratch("x.amber"), blob: blob, diffID: ContentHasher.digest(of: tar), isMissing: true)
        let error = try firstError(scratch("x.amber"))
        #expect(error?.code == .missingBlob)
        #expect(error?.problem.contains(ContentHasher.digest(of: blob).description) == true)
    }

    @Test func `a newer format is named as such`() throws {
        let tar = HostileBundle.tar([])
        try HostileBundle.write(
            to: scratch("x.amber"), blob: try HostileBundle.compress(tar),
            diffID: ContentHasher.digest(of: tar),
            version: "99")
        let error = try firstError(scratch("x.amber"))
        #expect(error?.code == .newerVersion)
        #expect(error?.description.contains("newer Amber") == true)
    }

    @Test func `a wrong diff_id is found by verify`() throws {
        let tar = HostileBundle.tar([(HostileBundle.entry("a"), [1])])
        try HostileBundle.write(
            to: scratch("x.amber"), blob: try HostileBundle.compress(tar),
            diffID: ContentHasher.digest(of: [7]))
        let report = try BundleReader(path: scratch("x.amber")).verify()
        #expect(report.problems.contains { $0.text.contains("diff_id") }, "\(report.problems)")
    }

    @Test func `a layer that was compressed again, or not at all, is read by its media type`() throws {
        let tar = HostileBundle.tar([(HostileBundle.entry("a"), [1])])
        let forms: [([UInt8], String)] = [
            (tar, "application/vnd.oci.image.layer.v1.tar"),
            (try HostileBundle.compress(tar, .gzip), LayerCompression.gzip.mediaType),
        ]
        for (blob, mediaType) in forms {
            try HostileBundle.write(to: scratch("x.amber"), blob: blob, diffID: ContentHasher.digest(of: tar))
            {
                $0.layers[0].mediaType = mediaType
            }
            #expect(try BundleReader(path: scratch("x.amber")).verify().isSound)
        }
    }

    @Test func `a layer that is not compressed as declared is refused`() throws {
        let tar = HostileBundle.tar([(HostileBundle.entry("a"), [1])])
        try HostileBundle.write(to: scratch("x.amber"), blob: tar, diffID: ContentHasher.digest(of: tar))
        #expect(try firstError(scratch("x.amber"))?.code == .malformed)
    }

    @Test func `an unknown media type is refused`() throws {
        let tar = HostileBundle.tar([])
        try HostileBundle.write(
            to: scratch("x.amber"), blob: try HostileBundle.compress(tar),
            diffID: ContentHasher.digest(of: tar)
        ) { $0.layers[0].mediaType = "application/x-unknown" }
        #expect(try firstError(scratch("x.amber"))?.code == .unsupported)
    }

    @Test(arguments: [
        "{", "[]", "{\"schemaVersion\":\"x\"}", "null", "{\"schemaVersion\":2,\"manifests\":[]}",
        String(repeating: "[", count: 100_000),
        String(repeating: "{\"a\":", count: 100_000), "\u{0}",
    ])
    func `JSON of any wrong kind is refused`(_ text: String) throws {
        let directory = try scratch.directory("layout")
        try scratch.write("layout/oci-layout", Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8))
        try scratch.write("layout/index.json", Array(text.utf8))
        let error = try firstError(directory)
        #expect([.malformed, .unsupported].contains(try #require(error?.code)))
    }

    @Test(arguments: ["", "plain text", String(repeating: "x", count: 5000)])
    func `another file is no bundle`(_ text: String) throws {
        let error = try firstError(try scratch.write("x.txt", Array(text.utf8)))
        #expect(error?.code == .notABundle, "\(error?.description ?? "")")
    }

    @Test func `a path that is not there is an error of the system`() throws {
        #expect(try firstError(scratch("nowhere.amber"))?.code == .system)
    }

    @Test func `a record line without end is refused`() throws {
        _ = try Sample.seal(
            at: scratch("x.amber"), [:],
            record: [.record("files.jsonl", [UInt8](repeating: 32, count: 1 << 20))])
        var limits = ReadLimits()
        limits.lineBytes = 65536
        let reader = try BundleReader(path: scratch("x.amber"), limits: limits)
        let error = #expect(throws: BundleError.self) { try reader.forEachFile { _ in } }
        #expect(error?.code == .limitExceeded)
    }
}
