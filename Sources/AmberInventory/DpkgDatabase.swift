import AmberKernel
import AmberModel

/// The database of dpkg, read directly: `status`, `info/*.list`, `diversions`, and distroless images' `status.d`.
///
/// The lists are streamed past the touched paths: 775 packages with 137,000 files take about 40 ms.
///
/// Source: dpkg(1) FILES; dpkg-divert(1); deb-control(5); bazel's distroless `status.d`.
struct DpkgDatabase {
    private let tree: TreeReader
    private let namespace: String
    private static let directory = "/var/lib/dpkg"
    private static let statusLimit = 256 << 20
    private static let listLimit = 64 << 20

    init(tree: TreeReader, distribution: [String: String]) {
        self.tree = tree
        namespace = distribution["ID"] ?? "debian"
    }

    /// Adds the packages that own touched paths.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        let listed = owners(of: paths)
        if !listed.isEmpty { claim(listed, in: &claims) }
        claimStatusDirectory(paths, in: &claims)
    }

    // MARK: - The lists

    /// By `NAME` or `NAME:ARCH`, as list files are named: the touched paths that they hold.
    private func owners(of paths: [ByteString]) -> [(package: String, touched: [Int])] {
        guard let info = tree.openDirectory(Self.directory + "/info"),
            let names = try? Files.names(of: info.number, limit: 1_000_000)
        else { return [] }
        let table = DpkgDiversions(tree.contents(Self.directory + "/diversions", limit: Self.listLimit) ?? [])
            .table(of: paths)
        let suffix = Array(".list".utf8)
        let lists = names.filter { $0.count > suffix.count && $0.suffix(suffix.count).elementsEqual(suffix) }
        var result: [(package: String, touched: [Int])] = []
        for name in lists.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            tree.evidence?.willRead(Array((Self.directory + "/info/").utf8) + name)
            let flags = Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noFollow
            guard let file = try? Files.open(KernelPath(name), flags, in: info.number),
                let bytes = TreeReader.read(file, limit: Self.listLimit)
            else { continue }
            let package = String(decoding: name.dropLast(suffix.count), as: UTF8.self)
            let bare = String(package.prefix { $0 != ":" })
            var touched: [Int] = []
            table.scan(lines: bytes) { if $1.allows(bare) { touched.append($0) } }
            if !touched.isEmpty { result.append((package, touched)) }
        }
        return withoutSharedDirectories(result, paths)
    }

    /// Takes directories away that several packages list, such as `/usr/bin`: nobody owns them.
    private func withoutSharedDirectories(
        _ lists: [(package: String, touched: [Int])], _ paths: [ByteString]
    ) -> [(package: String, touched: [Int])] {
        var counts: [Int: Int] = [:]
        for list in lists { for touched in list.touched { counts[touched, default: 0] += 1 } }
        let shared = Set(
            counts.filter { $0.value > 1 }.keys.filter { tree.status(paths[$0].bytes)?.isDirectory == true })
        if shared.isEmpty { return lists }
        return lists.map { ($0.package, $0.touched.filter { !shared.contains($0) }) }
    }

    // MARK: - The status file

    private func claim(_ listed: [(package: String, touched: [Int])], in claims: inout Claims) {
        guard let status = tree.contents(Self.directory + "/status", limit: Self.statusLimit) else { return }
        let wanted = Set(listed.map { String($0.package.prefix { $0 != ":" }) })
        var records: [String: PackageRecord] = [:]
        var scanner = FieldScanner(status)
        while let stanza = scanner.next(Self.fields) {
            guard let name = stanza[0], wanted.contains(name), let record = record(stanza) else { continue }
            records[name] = records[name] ?? record
            if let architecture = record.architecture { records["\(name):\(architecture)"] = record }
        }
        for (package, touched) in listed {
            // Of a file that two packages list, because one replaces the other's or both are one of two
            // architectures, the first in the order of names is the owner: the order is the same on every run.
            if let record = records[package] { claims.claim(touched, by: record) }
        }
    }

    private static let fields = ["Package", "Version", "Architecture", "Source", "Status"]

    /// Makes the record of a stanza; nil where the package is not, or no longer, installed.
    private func record(_ stanza: [String?]) -> PackageRecord? {
        guard let name = stanza[0], let version = stanza[1], !name.isEmpty, !version.isEmpty else {
            return nil
        }
        if let state = stanza[4]?.split(separator: " ").last,
            state == "config-files" || state == "not-installed"
        {
            return nil
        }
        return PackageRecord(
            ecosystem: .deb, name: name, version: version, architecture: stanza[2], source: stanza[3],
            namespace: namespace)
    }

    // MARK: - Distroless images

    /// Reads `status.d/NAME` and `status.d/NAME.md5sums`, which images without dpkg have instead.
    private func claimStatusDirectory(_ paths: [ByteString], in claims: inout Claims) {
        let directory = Self.directory + "/status.d"
        let names = tree.names(of: directory, limit: 100_000).map { String(decoding: $0, as: UTF8.self) }
        if names.isEmpty { return }
        let table = TouchedTable(paths)
        for name in names where name.hasSuffix(".md5sums") {
            guard let sums = tree.contents("\(directory)/\(name)", limit: Self.listLimit),
                let status = tree.contents("\(directory)/\(name.dropLast(8))", limit: 1 << 20)
            else { continue }
            var scanner = FieldScanner(status)
            guard let stanza = scanner.next(Self.fields), let record = record(stanza) else { continue }
            var touched: [Int] = []
            for line in sums.split(separator: 10) where line.count > 34 {
                // 32 digits, two spaces, the path without its first slash (md5sum(1)).
                table.find([UInt8(ascii: "/")] + line.dropFirst(34)) { number, _ in touched.append(number) }
            }
            claims.claim(touched, by: record)
        }
    }
}
