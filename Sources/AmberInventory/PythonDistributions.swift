import AmberModel

/// Python distributions that hold touched files below `site-packages` and `dist-packages`.
///
/// Reads the metadata and RECORD of every distribution in a directory from which a file was touched; a file that none
/// lists belongs to the only distribution that has its top-level name.
///
/// Source: PyPA "Recording installed projects", "Direct URL", PEP 376; setuptools' egg formats.
struct PythonDistributions {
    let tree: TreeReader
    private static let places = PathText.parts(["/site-packages/", "/dist-packages/"])

    /// Adds the distributions that hold touched paths.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        var sites: [[UInt8]: [Int]] = [:]
        for (number, path) in paths.enumerated() {
            if let site = Self.site(of: path.bytes) { sites[site, default: []].append(number) }
        }
        if sites.isEmpty { return }
        let table = Self.table(of: paths)
        for (site, touched) in sites.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            claim(site, touched, paths, table, in: &claims)
        }
    }

    private static func site(of path: [UInt8]) -> [UInt8]? {
        let text = PathText(path)
        return places.compactMap { part in text.lastPlace(of: part).map { $0 + part.count - 1 } }.max().map {
            Array(path[..<$0])
        }
    }

    /// The touched paths, and for compiled files the source that they stand for: Debian's lists lack the former.
    private static func table(of paths: [ByteString]) -> TouchedTable {
        var table = TouchedTable(count: paths.count * 2)
        for (number, path) in paths.enumerated() {
            table.insert(path.bytes, touched: number, rule: .anyone)
            if let source = source(of: path.bytes) { table.insert(source, touched: number, rule: .anyone) }
        }
        return table
    }

    /// `a/b.py` for `a/__pycache__/b.cpython-311.pyc` (PEP 3147).
    private static func source(of path: [UInt8]) -> [UInt8]? {
        guard path.suffix(4).elementsEqual(".pyc".utf8) else { return nil }
        let parts = path.split(separator: UInt8(ascii: "/"))
        guard parts.count > 2, parts[parts.count - 2].elementsEqual("__pycache__".utf8), let name = parts.last
        else {
            return nil
        }
        let stem = name.prefix { $0 != UInt8(ascii: ".") }
        return path.dropLast(name.count + "__pycache__/".utf8.count) + stem + Array(".py".utf8)
    }

    private func claim(
        _ site: [UInt8], _ touched: [Int], _ paths: [ByteString], _ table: TouchedTable,
        in claims: inout Claims
    ) {
        var rest = Set(touched)
        var byName: [String: Set<Int>] = [:]
        var byInformation: [String: Int] = [:]
        var found: [PythonDistribution] = []
        for name in tree.names(of: site, limit: 100_000) {
            guard let distribution = PythonDistribution(tree, site: site, name: name) else { continue }
            let number = found.count
            found.append(distribution)
            byInformation[String(decoding: name, as: UTF8.self)] = number
            var listed: Set<Int> = []
            var names = distribution.topLevel
            var last: ArraySlice<UInt8> = []
            distribution.forEachFile(tree) { path, first in
                table.find(path) { touched, _ in listed.insert(touched) }
                // A list is in order: the name changes rarely.
                guard let first, !first.elementsEqual(last) else { return }
                names.insert(String(decoding: first, as: UTF8.self))
                last = first
            }
            if let directory = distribution.editable {
                for (place, path) in paths.enumerated() where Self.isSource(path.bytes, below: directory) {
                    listed.insert(place)
                }
            }
            for name in names { byName[name, default: []].insert(number) }
            if !listed.isEmpty { claims.claim(listed.sorted(), by: distribution.record) }
            rest.subtract(listed)
        }
        for place in rest.sorted() {
            let first = Self.firstComponent(of: paths[place].bytes, below: site)
            let module = String(first.prefix { $0 != "." })
            let owner = byInformation[first] ?? byName[first].flatMap(only) ?? byName[module].flatMap(only)
            if let owner { claims.claim([place], by: found[owner].record) }
        }
    }

    private func only(_ numbers: Set<Int>) -> Int? { numbers.count == 1 ? numbers.first : nil }

    private static func firstComponent(of path: [UInt8], below site: [UInt8]) -> String {
        String(decoding: path.dropFirst(site.count + 1).prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
    }

    /// Tells whether a path is in a project that is installed in place, and not in the environment that stands in it.
    private static func isSource(_ path: [UInt8], below directory: [UInt8]) -> Bool {
        path.starts(with: directory) && !PathText(path).contains(any: places)
    }
}
