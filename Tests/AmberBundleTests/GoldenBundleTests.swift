import AmberKernel
import AmberModel
import FoundationEssentials
import Testing

@testable import AmberBundle

/// One bundle of every format version, written once and read for ever.
///
/// After a new `FormatVersion`: `AMBER_WRITE_FIXTURES=1 swift test --filter GoldenBundleTests`, and commit
/// the new file.
struct GoldenBundleTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    static let odd = ByteString(Array("/srv/odd-".utf8) + [0xFF, 0x0A])

    private static func fixture(_ version: Int) -> String {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        return tests + "/Fixtures/version-\(version).amber"
    }

    private static func seal(at path: String) throws -> SealedBundle {
        let data = Sample.file("/srv/data", "golden\n")
        let record = FileRecord(
            path: data.path, role: .read, metadata: data.metadata,
            digest: ContentHasher.digest(of: Array("golden\n".utf8)), layer: .inputs)
        let directory = DirectoryRecord(
            path: "/srv", metadata: Sample.metadata(.directory, mode: 0o755),
            entries: [.init(name: "data", metadata: data.metadata), .init(name: "denied", metadata: nil)])
        let process = ProcessRecord(
            ordinal: "1", processID: 7, parentID: 1,
            programs: [.init(path: "/bin/false", arguments: ["false"])],
            outcome: .exited(code: 1))
        let event = EventRecord(
            number: 1, time: 5, process: "1", action: .read, path: "/srv/data", found: true)
        return try Sample.seal(
            at: path,
            [
                .system: [Sample.file("/bin/false", "#!/bin/sh\nexit 1\n", mode: 0o755)],
                .inputs: [data, Sample.symlink("/srv/link", to: "data"), Sample.file(odd, "odd")],
            ],
            record: [
                .record("files.jsonl", try RecordJSON.lines([record])),
                .record("directories.jsonl", try RecordJSON.lines([directory])),
                .record("processes.jsonl", try RecordJSON.lines([process])),
                .record("events.jsonl.zst", try HostileBundle.compress(try RecordJSON.lines([event]))),
                .record(
                    "fidelity.json",
                    try RecordJSON.encode(FidelityReport(rows: [.init(aspect: "files", level: .exact)]))),
                .record("stdout", Array("out\n".utf8)),
            ])
    }

    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["AMBER_WRITE_FIXTURES"] != nil, "writes the fixture")
    )
    func `the fixture of the present version is written`() throws {
        _ = try Self.seal(at: Self.fixture(FormatVersion.current.rawValue))
        try Files.setMode(KernelPath(Self.fixture(FormatVersion.current.rawValue)), 0o644)
    }

    @Test(arguments: 1...FormatVersion.current.rawValue)
    func `a bundle of every version opens`(_ version: Int) throws {
        let reader = try BundleReader(path: Self.fixture(version))
        let report = reader.verify()
        #expect(report.isSound, "\(report.problems)")
        let record = try reader.readRecord()
        #expect(record.info.formatVersion.rawValue == version)
        #expect(record.run?.arguments == ["false"])
        #expect(record.fidelity?.rows.first?.level == .exact)
        var count = 0
        try reader.forEachFile {
            #expect($0.path == "/srv/data"); count += 1
        }
        try reader.forEachDirectory {
            #expect($0.entries.count == 2); count += 1
        }
        try reader.forEachProcess {
            #expect($0.ordinal == "1"); count += 1
        }
        try reader.forEachEvent {
            #expect($0.action == .read); count += 1
        }
        #expect(count == 4)
        let place = try scratch.directory("out")
        try reader.extract(try #require(reader.layer(.inputs)), into: place)
        #expect(
            try Files.contents(KernelPath(Array(place.utf8) + Self.odd.bytes), limit: 9) == Array("odd".utf8))
    }

    @Test func `the present writer makes the same layers as the fixture's`() throws {
        _ = try Self.seal(at: scratch("x.amber"))
        let now = try BundleReader(path: scratch("x.amber"))
        let golden = try BundleReader(path: Self.fixture(FormatVersion.current.rawValue))
        // Compressed bytes may change with libzstd, and the record holds some; what the other layers hold may
        // not.
        #expect(now.layers.dropLast().map(\.diffID) == golden.layers.dropLast().map(\.diffID))
    }
}
