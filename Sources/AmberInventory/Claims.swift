import AmberModel

/// Who claims which touched file, while the databases are read.
struct Claims {
    private struct Key: Hashable {
        var ecosystem: PackageRecord.Ecosystem
        var name: String
        var version: String
        var architecture: String?
    }

    private(set) var records: [PackageRecord] = []
    private var numbers: [Key: Int] = [:]
    private var files: [Set<Int>] = []
    /// By number of the touched path: the record that owns it.
    private(set) var owners: [Int: Int] = [:]

    /// Adds a package and says its number; the same package twice is one.
    mutating func add(_ record: PackageRecord) -> Int {
        let key = Key(
            ecosystem: record.ecosystem, name: record.name, version: record.version,
            architecture: record.architecture)
        if let number = numbers[key] { return number }
        records.append(record)
        files.append([])
        numbers[key] = records.count - 1
        return records.count - 1
    }

    /// Notes that a package holds a touched path; the first to do so owns it.
    mutating func claim(_ touched: Int, by record: Int) {
        files[record].insert(touched)
        if owners[touched] == nil { owners[touched] = record }
    }

    /// Adds a package together with its files.
    mutating func claim(_ touched: some Sequence<Int>, by record: PackageRecord) {
        let number = add(record)
        for file in touched { claim(file, by: number) }
    }

    /// Tells whether a package of the operating system owns a touched path.
    func isSystem(_ touched: Int) -> Bool {
        guard let owner = owners[touched] else { return false }
        switch records[owner].ecosystem {
        case .deb, .rpm, .apk: return true
        case .pypi, .npm, .maven, .golang, .generic: return false
        }
    }

    /// Gives the packages that hold at least one touched path, with their files, in a fixed order; and for each path
    /// the number of its owner among them.
    func sorted(paths: [ByteString]) -> (records: [PackageRecord], owners: [Int?]) {
        let used = records.indices.filter { !files[$0].isEmpty }.sorted { order(of: $0) < order(of: $1) }
        var places: [Int?] = Array(repeating: nil, count: records.count)
        var result: [PackageRecord] = []
        for number in used {
            var record = records[number]
            record.files = files[number].sorted().map { paths[$0] }  // the paths are in order
            places[number] = result.count
            result.append(record)
        }
        var owned: [Int?] = Array(repeating: nil, count: paths.count)
        for (touched, owner) in owners { owned[touched] = places[owner] }
        return (result, owned)
    }

    private func order(of number: Int) -> Order {
        let record = records[number]
        return Order(text: [
            record.ecosystem.rawValue, record.name, record.version, record.architecture ?? "",
        ])
    }

    private struct Order: Comparable {
        var text: [String]
        static func < (left: Order, right: Order) -> Bool {
            left.text.lexicographicallyPrecedes(right.text) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }
}
