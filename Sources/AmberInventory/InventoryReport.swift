package import AmberModel

/// Who owns the touched files.
package struct InventoryReport: Sendable {
    /// The packages that own at least one touched file, ordered by ecosystem, name, version; files in byte order.
    package let packages: [PackageRecord]
    /// The numbers of the paths in the two arrays below.
    private let places: [ByteString: Int]
    private let owners: [Int?]
    private let layers: [LayerName?]

    init(paths: [ByteString], packages: [PackageRecord], owners: [Int?], layers: [LayerName?]) {
        self.packages = packages
        self.owners = owners
        self.layers = layers
        places = Dictionary(zip(paths, paths.indices)) { first, _ in first }
    }

    /// The owner of a touched file; the operating system's package where a language's package holds it as well.
    package func owner(of path: ByteString) -> PackageRecord? {
        places[path].flatMap { owners[$0] }.map { packages[$0] }
    }

    /// The owner as text, `deb:coreutils`.
    package func ownerName(of path: ByteString) -> String? {
        owner(of: path).map { "\($0.ecosystem.rawValue):\($0.name)" }
    }

    /// The layer that a touched file goes to: system, runtime, or inputs for the system's configuration; nil where the
    /// inventory cannot tell the program from its inputs.
    package func layer(of path: ByteString) -> LayerName? { places[path].flatMap { layers[$0] } }
}
