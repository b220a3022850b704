import AmberBundle
import AmberKernel
import AmberModel
import AmberSandbox

/// A bundle that is ready to be replayed: layers extracted and verified, placeholders made, circumstances read.
///
/// The second time everything comes from the cache, by digest; the layers are kept from pruning while this value lives.
final class PreparedBundle: Sendable {
    let reader: BundleReader
    let info: BundleInfo
    let run: RunRecord
    let host: HostRecord?
    /// The extracted record layer, `…/.amber`.
    let record: RecordDirectory
    /// Extracted layers, topmost first, without the record.
    let layers: [String]
    let placeholders: String
    /// The layer that gives the layers' directories the times they had.
    let directories: String
    /// Paths that production refused to the run by their permissions.
    let denied: Set<[UInt8]>
    let store: LocalStore
    private let kept: [KeptLayer]

    /// Opens, verifies and extracts.
    ///
    /// - Parameters:
    ///   - path: A `.amber` file or an OCI image layout.
    ///   - preservesOwners: Root gives files their recorded owners.
    /// - Throws: `BundleError`, `ReplayError`.
    init(path: String, preservesOwners: Bool) throws {
        reader = try BundleReader(path: path)
        store = try Self.openStore()
        let cache = LayerCache(store)
        let options = ExtractionOptions(preservesOwners: preservesOwners)
        var kept: [KeptLayer] = []
        var layers: [String] = []
        var place: String?
        for layer in reader.layers {
            let extracted = KeptLayer(try cache.layer(layer, of: reader, options: options))
            if layer.name == .record {
                place = extracted.layer.path
            } else {
                layers.append(extracted.layer.path)
            }
            kept.append(extracted)
        }
        guard let place, let recordDigest = reader.layer(.record)?.digest else {
            throw ReplayError(
                .noRun, "\(path) has no record layer", remedy: "Use a bundle that `amber capture` made.")
        }
        record = RecordDirectory(path: place + "/.amber")
        self.layers = layers.reversed()
        self.kept = kept
        info = try Self.decode(BundleInfo.self, "bundle.json", record)
        if info.kind == .request, (try? record.open("run.json")) == nil {
            throw ReplayError(
                .noRun,
                "the bundle holds requests only, and no service (it was made with `amber serve --attach`)",
                remedy:
                    "Start the service, and name where it listens: amber replay FILE --upstream ADDRESS:PORT."
            )
        }
        run = try Self.decode(RunRecord.self, "run.json", record)
        host = try? Self.decode(HostRecord.self, "host.json", record)
        let name = recordDigest.hexadecimal + (preservesOwners ? "+owners" : "")
        var trees = TreeCache(store)
        placeholders = try trees.tree(named: name) { [reader] temporary, place in
            let tree = try PlaceholderTree(at: temporary)
            try reader.forEachDirectory { try tree.add($0) }
            try tree.finish()
            try Self.writeDenied(reader, beside: place)
            return tree.count
        }
        directories = try trees.tree(named: name + "+directories") { [reader, layers] temporary, _ in
            try DirectoryLayer(layers: layers).build(at: temporary, reader)
        }
        denied = Self.denied(beside: placeholders)
        // Whoever only replays prunes as well; what this replay uses is kept.
        if trees.hasBuilt { store.prune() }
        try checkArchitecture()
    }

    /// What was recorded of the world around the run.
    var world: RecordedWorld { RecordedWorld(record, run: run, host: host) }
    /// Names the record: what is generated for a replay is generated from it.
    var seed: String { reader.layer(.record)?.digest.hexadecimal ?? "" }

    /// The bytes of a recorded stream; nil where it was not recorded.
    func stream(_ name: String) -> [UInt8]? {
        try? record.contents(of: name, limit: 128 << 20)
    }

    private static func openStore() throws -> LocalStore {
        if let store = LocalStore.openDefault() { return store }
        for base in [ThisProcess.variable("TMPDIR") ?? "/tmp", "/var/tmp"] {
            if let store = try? LocalStore(directory: base + "/amber-\(ThisProcess.userID)") { return store }
        }
        throw ReplayError(
            .storage, "no directory for extracted layers can be written",
            remedy: "Set XDG_CACHE_HOME to a directory that you may write to.")
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, _ name: String, _ record: RecordDirectory
    ) throws -> Value {
        guard let bytes = try? record.contents(of: name, limit: 64 << 20) else {
            throw ReplayError(
                .noRun, "the bundle has no \(name)", remedy: "Use a bundle that `amber capture` made.")
        }
        return try RecordJSON.decode(type, from: bytes, subject: name)
    }

    private func checkArchitecture() throws {
        let recorded = reader.configuration.architecture
        let own = ImageConfiguration.architecture(ofMachine: try HostFacts.names().machine)
        guard recorded != own, !(recorded == "386" && own == "amd64") else { return }
        throw ReplayError(
            .architecture, "the bundle was made on \(recorded), this machine is \(own)",
            remedy: "Replay it on a \(recorded) machine.")
    }

    /// The files by which the run told whom to trust; all files of the bundle are looked at the first time only.
    func trustStores() throws -> TrustStores {
        let place = placeholders + ".trust"
        if let known = try? Files.contents(KernelPath(place), limit: 16 << 20) { return TrustStores(known) }
        let stores = try TrustStores(reader, layers: layers)
        let temporary = KernelPath("\(place)-\(ThisProcess.processID)")
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(temporary, flags, mode: 0o600)
        try Files.writeAll(file.number, stores.encoded)
        try Files.rename(temporary, to: KernelPath(place))
        return stores
    }

    /// Keeps the refused paths in a file, so that only the first replay reads all of `files.jsonl`.
    private static func writeDenied(_ reader: BundleReader, beside place: String) throws {
        var paths: [UInt8] = []
        try reader.forEachFile { if $0.isDenied == true { paths += $0.path.bytes + [0] } }
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath(place + ".denied"), flags, mode: 0o600)
        try Files.writeAll(file.number, paths)
    }

    private static func denied(beside place: String) -> Set<[UInt8]> {
        let bytes = (try? Files.contents(KernelPath(place + ".denied"), limit: 64 << 20)) ?? []
        return Set(bytes.split(separator: 0).map { Array($0) })
    }
}
