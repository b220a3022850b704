import AmberModel

/// The database of rpm, read through `rpm` itself: it has three formats (SQLite, ndb, Berkeley DB).
///
/// Two calls for each 500 touched paths: which packages own them, and which files these packages have.
///
/// Source: rpm(8) `--queryformat`; rpm-queryformat(7).
struct RpmDatabase {
    let tree: TreeReader
    let root: String
    let namespace: String
    let run: Inventory.ToolRunner
    private static let limit = Duration.seconds(20)
    private static let batch = 500
    private static let package =
        "P\\t%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%|SOURCERPM?{%{SOURCERPM}}:{}|\\n"
    private static let places = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"]
    private static let files: Set<String> = ["rpmdb.sqlite", "Packages.db", "Packages"]

    /// Tells whether there is a database at all.
    var isPresent: Bool {
        Self.places.contains { place in
            tree.names(of: place, limit: 100).contains {
                Self.files.contains(String(decoding: $0, as: UTF8.self))
            }
        }
    }

    /// Adds the packages that own touched paths which nobody owns yet.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        guard isPresent else { return }
        tree.evidence?.isIncomplete()
        // Arguments are text: a path that is not UTF-8 is not asked about. No package has one.
        let asked = paths.indices.filter { claims.owners[$0] == nil && paths[$0].string != nil }
        let table = TouchedTable(paths)
        var known: Set<String> = []
        for start in stride(from: 0, to: asked.count, by: Self.batch) {
            let names = asked[start..<min(start + Self.batch, asked.count)].flatMap { number in
                MergedUsr.spellings(of: paths[number].bytes).map { String(decoding: $0, as: UTF8.self) }
            }
            guard let owners = call(["-qf", "--queryformat", Self.package] + names) else { continue }
            let packages = Self.parse(owners).map(\.identity).filter { known.insert($0).inserted }
            if packages.isEmpty { continue }
            let format = Self.package + "[F\\t%{FILENAMES}\\n]"
            guard let lists = call(["-q", "--queryformat", format] + packages) else { continue }
            for found in Self.parse(lists) {
                var touched: [Int] = []
                for file in found.files { table.find(file) { number, _ in touched.append(number) } }
                var record = found.record
                record.namespace = namespace
                claims.claim(touched, by: record)
            }
        }
    }

    private func call(_ arguments: [String]) -> [UInt8]? {
        run(["rpm"] + (root == "/" ? [] : ["--root", root]) + arguments, Self.limit)
    }

    /// What rpm prints about one package.
    struct Answer: Hashable {
        /// The package; its namespace is the caller's to set.
        var record: PackageRecord
        /// The name by which rpm finds exactly this package again.
        var identity: String
        /// Its files.
        var files: [[UInt8]] = []
    }

    /// Reads the answers; lines of another kind, such as "file … is not owned by any package", are left out.
    static func parse(_ output: [UInt8]) -> [Answer] {
        var answers: [Answer] = []
        for line in output.split(separator: 10) {
            if line.starts(with: Array("F\t".utf8)) {
                if !answers.isEmpty { answers[answers.count - 1].files.append(Array(line.dropFirst(2))) }
                continue
            }
            let fields = line.split(separator: 9, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count == 5, fields[0] == "P", !fields[1].isEmpty, !fields[2].isEmpty else {
                continue
            }
            let architecture = fields[3].isEmpty || fields[3] == "(none)" ? nil : fields[3]
            let source = fields[4].isEmpty || fields[4] == "(none)" ? nil : fields[4]
            let version = fields[2].hasPrefix("(none):") ? String(fields[2].dropFirst(7)) : fields[2]
            answers.append(
                Answer(
                    record: PackageRecord(
                        ecosystem: .rpm, name: fields[1], version: version, architecture: architecture,
                        source: source),
                    identity: "\(fields[1])-\(version)" + (architecture.map { "." + $0 } ?? "")))
        }
        return answers
    }
}
