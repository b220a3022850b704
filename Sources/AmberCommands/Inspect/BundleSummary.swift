import AmberBundle
import AmberModel
import AmberRecipes
import FoundationEssentials

/// What `amber show` tells of a bundle, gathered once; secret-looking values are masked here.
struct BundleSummary: Codable {
    /// A dependency, out of the bill of materials.
    struct Package: Codable {
        var name: String
        var version: String?
        var purl: String?
    }

    /// A layer and its size.
    struct Layer: Codable {
        var name: LayerName
        var digest: Digest
        var sizeInBytes: UInt64
    }

    /// Something that was looked at after the failure, and what came of it.
    struct Probe: Codable {
        var record: ProbeRecord
        var text: String
    }

    /// Counts of touched paths, by role.
    var files: [String: Int]
    /// Paths whose content is absent, with the reason; pseudo-files and missing ones aside.
    var absent: [FileRecord]
    var bundle: BundleInfo
    var run: RunRecord?
    var host: HostRecord?
    var fidelity: FidelityReport?
    var packages: [Package]
    /// What was said with peers, without the bytes.
    var conversations: [ConversationRecord]
    /// What was looked at after the failure.
    var probes: [Probe]
    /// What the program or its capturer said of the failure.
    var annotations: [String: String]
    var layers: [Layer]
    var manifestDigest: Digest
    /// For a service's bundle: how it was reached, and its failing request.
    var service: ServiceRecord?
    /// The failing request; credentials are not shown.
    var request: RequestRecord?
    /// How many requests there are, by role.
    var requests: [String: Int]?

    private struct Bill: Decodable {
        struct Component: Decodable {
            var group: String?
            var name: String
            var version: String?
            var purl: String?
            var type: String
        }
        var components: [Component]?
    }

    init(_ reader: BundleReader) throws {
        let record = try reader.readRecord()
        bundle = record.info
        host = record.host
        fidelity = record.fidelity
        manifestDigest = reader.manifestDigest
        layers = reader.layers.map { Layer(name: $0.name, digest: $0.digest, sizeInBytes: $0.sizeInBytes) }
        let bill = record.packages.flatMap { try? JSONDecoder().decode(Bill.self, from: Data($0)) }
        packages = (bill?.components ?? []).filter { $0.type != "operating-system" }.map { component in
            let name = component.group.map { "\($0):\(component.name)" } ?? component.name
            return Package(name: name, version: component.version, purl: component.purl)
        }
        let secrets = SecretNames(recipes: try RecipeCollection().recipes)
        var run = record.run
        let masked = (record.run?.environment ?? []).map { entry in
            entry.string.map { ByteString(secrets.masked(entry: $0)) } ?? entry
        }
        run?.environment = masked
        self.run = run
        conversations = try reader.conversations()
        probes = try reader.probes().prefix(200).map { record in
            let bytes = try reader.contents(of: "probes/\(record.number)", limit: 1 << 20)
            return Probe(record: record, text: String(decoding: bytes ?? [], as: UTF8.self))
        }
        annotations =
            try reader.contents(of: "annotations.json", limit: 1 << 20).map {
                try RecordJSON.decode([String: String].self, from: $0, subject: "annotations.json")
            } ?? [:]
        var counts: [String: Int] = [:]
        var absent: [FileRecord] = []
        try reader.forEachFile { file in
            counts[file.role.rawValue, default: 0] += 1
            if let absence = file.absence, ![.missing, .pseudo, .special].contains(absence) {
                absent.append(file)
            }
        }
        let exchanges = try RecordedExchanges(reader)
        service = exchanges?.service
        request = try? exchanges?.record(nil).withoutCredentials
        requests = exchanges.map { Dictionary($0.records.map { ($0.role.rawValue, 1) }, uniquingKeysWith: +) }
        files = counts
        self.absent = absent
    }
}
