import AmberModel
import FoundationEssentials

/// Node packages that hold touched files below `node_modules`.
///
/// The innermost `node_modules/NAME` or `node_modules/@SCOPE/NAME` is the package (Node's "Loading from node_modules
/// folders"); Debian has its packages below `/usr/share/nodejs`.
struct NodePackages {
    let tree: TreeReader
    private static let places = PathText.parts(["/node_modules/", "/usr/share/nodejs/"])

    /// Adds the packages that hold touched paths.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        var directories: [[UInt8]: [Int]] = [:]
        for (number, path) in paths.enumerated() {
            if let directory = Self.directory(of: path.bytes) {
                directories[directory, default: []].append(number)
            }
        }
        for (directory, touched) in directories.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            if let record = record(directory) { claims.claim(touched, by: record) }
        }
    }

    static func directory(of path: [UInt8]) -> [UInt8]? {
        let text = PathText(path)
        guard
            let start = places.compactMap({ part in text.lastPlace(of: part).map { $0 + part.count } }).max(),
            start < path.count
        else { return nil }
        let slash = UInt8(ascii: "/")
        // `.bin`, `.cache` and `.package-lock.json` are the package manager's own.
        if path[start] == UInt8(ascii: ".") { return nil }
        guard var end = path[start...].firstIndex(of: slash) else { return nil }
        if path[start] == UInt8(ascii: "@") {
            guard let second = path[(end + 1)...].firstIndex(of: slash) else { return nil }
            end = second
        }
        return Array(path[..<end])
    }

    private struct Manifest: Decodable {
        var name: String
        var version: String
    }

    private func record(_ directory: [UInt8]) -> PackageRecord? {
        guard let text = tree.contents(directory + Array("/package.json".utf8), limit: 4 << 20),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(text)), !manifest.name.isEmpty
        else { return nil }
        return PackageRecord(ecosystem: .npm, name: manifest.name, version: manifest.version)
    }
}
