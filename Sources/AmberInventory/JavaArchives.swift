import AmberKernel
import AmberModel

/// The Maven coordinates of touched Java archives, and of the archives in them (Spring Boot, war files).
///
/// An archive costs its central directory and a few small entries. An archive that is packed into another is inflated
/// into memory, one at a time, at most 64 MiB.
struct JavaArchives {
    let tree: TreeReader
    private static let suffixes = PathText.parts([".jar", ".war", ".ear", ".aar", ".hpi"])
    private static let entryLimit = 200_000
    private static let textLimit = 1 << 16
    private static let nestedLimit = 64 << 20

    /// Adds the artifacts that touched archives hold.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        // What may be inflated in one survey: a folder of bombs must not take the time that sealing has.
        var budget = 1 << 30
        for (number, path) in paths.enumerated() where Self.isArchive(path.bytes) {
            guard let file = tree.openRegular(path.bytes), let reader = ZipReader(descriptor: file.number)
            else {
                continue
            }
            let found = read(reader, path.bytes, isNested: false, &budget)
            let name = PathText(path.bytes).name
            // The archive's own artifact first: it becomes the owner.
            for coordinates in found.sorted(by: { Self.order($0, name) < Self.order($1, name) }) {
                let record = PackageRecord(
                    ecosystem: .maven, name: coordinates.name, version: coordinates.version)
                claims.claim([number], by: record)
            }
        }
    }

    private func read(
        _ reader: borrowing ZipReader, _ path: [UInt8], isNested: Bool, _ budget: inout Int
    ) -> [MavenCoordinates] {
        var own: [MavenCoordinates] = []
        var nested: [MavenCoordinates] = []
        var manifest: [String: String] = [:]
        var count = 0
        while count < Self.entryLimit, budget > 0, let name = reader.next() {
            count += 1
            if name.hasPrefix("META-INF/maven/"), name.hasSuffix("/pom.properties") {
                guard let text = take(reader, Self.textLimit, &budget) else { continue }
                if let found = MavenCoordinates(properties: String(decoding: text, as: UTF8.self)) {
                    own.append(found)
                }
            } else if name == "META-INF/MANIFEST.MF" {
                guard let text = take(reader, Self.textLimit, &budget) else { continue }
                manifest = MavenCoordinates.manifest(String(decoding: text, as: UTF8.self))
            } else if !isNested, Self.isArchive(Array(name.utf8)) {
                guard let bytes = take(reader, Self.nestedLimit, &budget) else { continue }
                nested += bytes.withUnsafeBytes { buffer -> [MavenCoordinates] in
                    guard let inner = ZipReader(bytes: buffer) else { return [] }
                    return read(inner, Array("/\(name)".utf8), isNested: true, &budget)
                }
            }
        }
        if own.isEmpty, let told = MavenCoordinates(path: path) { own = [told] }
        if own.isEmpty, let told = MavenCoordinates(manifest: manifest, fileName: PathText(path).name) {
            own = [told]
        }
        return own + nested
    }

    private func take(_ reader: borrowing ZipReader, _ limit: Int, _ budget: inout Int) -> [UInt8]? {
        let bytes = reader.contents(limit: min(limit, budget))
        // What is too long was inflated up to the limit all the same.
        budget -= bytes?.count ?? min(limit, budget)
        return bytes
    }

    private static func isArchive(_ path: [UInt8]) -> Bool {
        suffixes.contains { path.count > $0.count && path.suffix($0.count).elementsEqual($0) }
    }

    private static func order(_ coordinates: MavenCoordinates, _ fileName: String) -> String {
        let isOwn = fileName.hasPrefix(coordinates.artifact)
        // Of `log4j` and `log4j-core`, the longer one that fits is the archive's own.
        let length = String(10_000 - min(coordinates.artifact.utf8.count, 9_999))
        return (isOwn ? "0" + length : "1") + coordinates.name + coordinates.version
    }
}
