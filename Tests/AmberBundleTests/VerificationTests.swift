import AmberKernel
import AmberModel
import Testing

@testable import AmberBundle

struct VerificationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func record(_ path: ByteString, _ content: String, in layer: LayerName?) -> FileRecord {
        FileRecord(
            path: path, role: .read, metadata: Sample.metadata(size: content.utf8.count),
            digest: ContentHasher.digest(of: Array(content.utf8)), layer: layer)
    }

    @Test func `a sound bundle verifies`() throws {
        let files = [record("/a", "one", in: .inputs), record("/gone", "x", in: nil)]
        _ = try Sample.seal(
            at: scratch("x.amber"), [.inputs: [Sample.file("/a", "one")]],
            record: [.record("files.jsonl", try RecordJSON.lines(files))])
        let report = try BundleReader(path: scratch("x.amber")).verify()
        #expect(report.isSound, "\(report.problems)")
        #expect(report.comparedFileCount == 1)
        #expect(report.layerCount == 2)
    }

    @Test func `every file that differs from the record or is missing is listed`() throws {
        let files = [
            record("/a", "one", in: .inputs), record("/b", "other", in: .inputs),
            record("/c", "missing", in: .app),
        ]
        _ = try Sample.seal(
            at: scratch("x.amber"), [.inputs: [Sample.file("/a", "one"), Sample.file("/b", "two")]],
            record: [.record("files.jsonl", try RecordJSON.lines(files))])
        let report = try BundleReader(path: scratch("x.amber")).verify()
        #expect(report.problems.map(\.subject) == ["/b", "/c"])
    }

    @Test func `records stream line by line`() throws {
        let files = (0..<1000).map { record(ByteString("/f\($0)"), "x", in: nil) }
        let path = scratch("events")
        let output = try Files.open(KernelPath(path), Files.Flag.readWrite | Files.Flag.create, mode: 0o600)
        let events = try ZstdFile(writingTo: output.number)
        let written = (1...500).map {
            EventRecord(number: $0, time: Int64($0), process: "1", action: .read, path: "/x")
        }
        for event in written { try events.write(try RecordJSON.line(event)) }
        try events.finish()
        let size = try Files.status(of: output.number).sizeInBytes
        _ = try Sample.seal(
            at: scratch("x.amber"), [:],
            record: [
                .record("files.jsonl", try RecordJSON.lines(files)),
                .record("events.jsonl.zst", .descriptor(output.number), sizeInBytes: size),
                .record("stdout", Array("hello".utf8)),
            ])
        let reader = try BundleReader(path: scratch("x.amber"))
        var found: [FileRecord] = []
        try reader.forEachFile { found.append($0) }
        #expect(found == files)
        var traced: [EventRecord] = []
        try reader.forEachEvent { traced.append($0) }
        #expect(traced == written)
        #expect(try reader.contents(of: "stdout", limit: 100) == Array("hello".utf8))
        #expect(try reader.contents(of: "stdin", limit: 100) == nil)
        #expect(try reader.readRecord().files["stdout"] == 5)
    }
}
