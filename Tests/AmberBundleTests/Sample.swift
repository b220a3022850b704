import AmberBundle
import AmberModel

/// Small bundles for tests.
enum Sample {
    static let configuration = ImageConfiguration(
        architecture: "amd64", environment: ["PATH=/bin", "X=1"], command: ["/bin/false"],
        workingDirectory: "/srv",
        user: "1000:1000", created: "2026-01-02T03:04:05Z",
        labels: ["org.opencontainers.image.title": "sample"])

    static func metadata(
        _ kind: FileKind = .file, size: Int = 0, mode: UInt32 = 0o644, target: ByteString? = nil,
        time: Int64 = 1_700_000_000_123_456_789
    ) -> FileMetadata {
        FileMetadata(
            kind: kind, mode: mode, userID: 0, groupID: 0, sizeInBytes: UInt64(size), modifiedAt: time,
            linkTarget: target)
    }

    static func file(_ path: ByteString, _ content: String, mode: UInt32 = 0o644) -> LayerEntry {
        LayerEntry(
            path: path, metadata: metadata(size: content.utf8.count, mode: mode),
            content: .bytes(Array(content.utf8)))
    }

    static func directory(_ path: ByteString, mode: UInt32 = 0o755) -> LayerEntry {
        LayerEntry(path: path, metadata: metadata(.directory, mode: mode))
    }

    static func symlink(_ path: ByteString, to target: ByteString) -> LayerEntry {
        LayerEntry(path: path, metadata: metadata(.symlink, mode: 0o777, target: target))
    }

    /// Bytes that do not compress, the same every time.
    static func noise(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            var state: UInt64 = 0x9E37_79B9_7F4A_7C15
            var index = 0
            while index < count {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                buffer[index] = UInt8(truncatingIfNeeded: state)
                index += 1
            }
            used = count
        }
    }

    static let info = BundleInfo(
        kind: .run, created: "2026-01-02T03:04:05Z", amberVersion: "0.1.0", title: "false: exit code 1")

    static func record(_ more: [LayerEntry] = []) throws -> [LayerEntry] {
        let run = RunRecord(
            arguments: ["false"], executable: "/bin/false", environment: ["PATH=/bin"],
            workingDirectory: "/srv",
            userID: 1000, groupID: 1000, groups: [], userName: nil, umask: 0o22, limits: [], nice: 0,
            ignoredSignals: [], blockedSignals: [], standardInput: .init(kind: .closed),
            standardOutput: .init(kind: .closed), standardError: .init(kind: .closed), startedAt: 0,
            processID: 7,
            outcome: .exited(code: 1),
            resourceUse: .init(wallTime: 1, userTime: 1, systemTime: 1, maximumResidentSize: 1),
            signature: FailureSignature(outcome: .exited(code: 1)))
        return [
            .record("bundle.json", try RecordJSON.encode(info)),
            .record("run.json", try RecordJSON.encode(run)),
        ] + more
    }

    /// Seals layers and a record into `path`.
    static func seal(
        at path: String, _ layers: [LayerName: [LayerEntry]], compression: LayerCompression = .zstd,
        store: LocalStore? = nil, threads: Int? = nil, record: [LayerEntry] = []
    ) throws -> SealedBundle {
        var writer = try BundleWriter(
            destination: path, compression: compression, store: store, threads: threads)
        for name in LayerName.allCases where name != .record { try writer.addLayer(name, layers[name] ?? []) }
        try writer.addLayer(.record, try Sample.record(record))
        return try writer.seal(configuration: configuration)
    }
}
