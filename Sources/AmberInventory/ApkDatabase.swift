import AmberModel

/// The database of Alpine's apk, read directly.
///
/// Lines of a letter, a colon and a value; a blank line ends a package. `F:` names a directory, `R:` a file in it.
///
/// Source: https://wiki.alpinelinux.org/wiki/Apk_spec, "Installed Database V2".
struct ApkDatabase {
    private let tree: TreeReader
    private let namespace: String

    init(tree: TreeReader, distribution: [String: String]) {
        self.tree = tree
        namespace = distribution["ID"] ?? "alpine"
    }

    /// Adds the packages that own touched paths.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        for path in ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"] {
            guard let bytes = tree.contents(path, limit: 512 << 20) else { continue }
            claim(bytes, TouchedTable(paths), in: &claims)
            return
        }
    }

    private func claim(_ bytes: [UInt8], _ table: TouchedTable, in claims: inout Claims) {
        var fields: [UInt8: String] = [:]
        var directory: [UInt8] = [UInt8(ascii: "/")]
        var touched: [Int] = []
        func finish() {
            if let name = fields[UInt8(ascii: "P")], let version = fields[UInt8(ascii: "V")], !touched.isEmpty
            {
                let source = fields[UInt8(ascii: "o")]
                claims.claim(
                    touched,
                    by: PackageRecord(
                        ecosystem: .apk, name: name, version: version,
                        architecture: fields[UInt8(ascii: "A")],
                        source: source == name ? nil : source, namespace: namespace))
            }
            fields = [:]
            touched = []
        }
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: ":"), let kind = line.first
            else {
                if line.isEmpty { finish() }
                continue
            }
            let value = line.dropFirst(2)
            switch kind {
            case UInt8(ascii: "P"), UInt8(ascii: "V"), UInt8(ascii: "A"), UInt8(ascii: "o"):
                fields[kind] = String(decoding: value, as: UTF8.self)
            case UInt8(ascii: "F"):
                directory = [UInt8(ascii: "/")] + value
                if !value.isEmpty { directory.append(UInt8(ascii: "/")) }
            case UInt8(ascii: "R"):
                table.find(directory + value) { number, _ in touched.append(number) }
            default:
                continue
            }
        }
        finish()
    }
}
