public import AmberModel

extension BundleReader {
    private static let smallFiles = [
        "bundle.json", "run.json", "host.json", "fidelity.json", "packages.cdx.json",
    ]

    /// Reads the small files of the record layer in one pass.
    ///
    /// - Throws: `BundleError`: `malformed` where `bundle.json` is missing or a file is not what it should
    ///   be,
    ///   `newerVersion`, and what reading a layer throws.
    public func readRecord() throws(BundleError) -> Record {
        let reader = try open(try recordLayer)
        var contents: [String: [UInt8]] = [:]
        var files: [String: UInt64] = [:]
        while let entry = try reader.next() {
            guard entry.kind == .file, let name = Self.recordName(entry.path) else { continue }
            files[name] = entry.sizeInBytes
            if Self.smallFiles.contains(name) {
                contents[name] = try reader.wholeContent(limit: limits.recordBytes)
            }
        }
        try reader.finish()
        struct Version: Decodable { var formatVersion: Int }
        let version = try decode(Version.self, "bundle.json", contents)
        guard let version else {
            throw BundleError(
                .malformed, path, "its record has no bundle.json", remedy: BundleError.fetchAgain)
        }
        try Self.checkVersion(String(version.formatVersion), path)
        guard let info = try decode(BundleInfo.self, "bundle.json", contents) else {
            preconditionFailure("its version was read from it")
        }
        return Record(
            info: info, run: try decode(RunRecord.self, "run.json", contents),
            host: try decode(HostRecord.self, "host.json", contents),
            fidelity: try decode(FidelityReport.self, "fidelity.json", contents),
            packages: contents["packages.cdx.json"], files: files)
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ name: String, _ contents: [String: [UInt8]]
    ) throws(BundleError) -> Value? {
        guard let bytes = contents[name] else { return nil }
        return try RecordJSON.decode(type, from: bytes, subject: "\(path): \(name)")
    }

    /// Calls `body` with each line of `files.jsonl`; memory is one line. What `body` throws ends the walk.
    public func forEachFile(_ body: (FileRecord) throws -> Void) throws {
        try forEachLine(of: "files.jsonl", as: FileRecord.self, body)
    }

    /// Calls `body` with each line of `directories.jsonl`.
    public func forEachDirectory(_ body: (DirectoryRecord) throws -> Void) throws {
        try forEachLine(of: "directories.jsonl", as: DirectoryRecord.self, body)
    }

    /// Calls `body` with each line of `processes.jsonl`.
    public func forEachProcess(_ body: (ProcessRecord) throws -> Void) throws {
        try forEachLine(of: "processes.jsonl", as: ProcessRecord.self, body)
    }

    /// Calls `body` with each event of `events.jsonl.zst`, in the order of the trace.
    public func forEachEvent(_ body: (EventRecord) throws -> Void) throws {
        try forEachLine(of: "events.jsonl.zst", as: EventRecord.self, body)
    }

    /// Reads what was looked at after the failure; empty where nothing was.
    public func probes() throws -> [ProbeRecord] {
        var probes: [ProbeRecord] = []
        try forEachLine(of: "probes.jsonl", as: ProbeRecord.self) { probes.append($0) }
        return probes
    }

    /// Reads the list of conversations with peers; empty where the bundle has none.
    public func conversations() throws -> [ConversationRecord] {
        var conversations: [ConversationRecord] = []
        try forEachLine(of: "network/conversations.jsonl", as: ConversationRecord.self) {
            conversations.append($0)
        }
        return conversations
    }

    /// Reads a whole record file; nil where there is none.
    ///
    /// - Throws: `BundleError` of code `limitExceeded` where it has more than `limit` bytes.
    public func contents(of name: String, limit: Int) throws(BundleError) -> [UInt8]? {
        guard let reader = try find(name) else { return nil }
        let bytes = try reader.wholeContent(limit: limit)
        try reader.finish()
        return bytes
    }

    private func forEachLine<Value: Decodable>(
        of name: String, as type: Value.Type, _ body: (Value) throws -> Void
    ) throws {
        guard let reader = try find(name) else { return }
        let subject = "\(path): \(name)"
        let entry = EntryStream(reader)
        var source: any ByteStream = entry
        if name.hasSuffix(".zst") {
            source = MeteredStream(
                try Decompressor(.zstd, of: entry, subject: subject), subject: subject,
                compressedSize: entry.sizeInBytes, limits: limits, isHashing: false)
        }
        var lines = LineReader(source, subject: subject, limit: limits.lineBytes)
        while let line = try lines.next() {
            try body(try RecordJSON.decode(type, from: line, subject: "\(subject):\(lines.number)"))
        }
        try reader.finish()
    }

    /// Opens the record layer at one file's content; nil where there is none.
    private func find(_ name: String) throws(BundleError) -> LayerReader? {
        let reader = try open(try recordLayer)
        while let entry = try reader.next() {
            if entry.kind == .file, Self.recordName(entry.path) == name { return reader }
        }
        try reader.finish()
        return nil
    }

    private var recordLayer: LayerDescriptor {
        get throws(BundleError) {
            guard let layer = layer(.record) else {
                throw BundleError(.malformed, path, "it has no record layer", remedy: BundleError.fetchAgain)
            }
            return layer
        }
    }

    /// The name below `.amber`; nil for everything else.
    private static func recordName(_ path: ByteString) -> String? {
        guard let text = path.string, text.hasPrefix(".amber/") else { return nil }
        return String(text.dropFirst(7))
    }
}
