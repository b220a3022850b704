import AmberKernel
public import AmberModel

/// An open bundle; opening one executes nothing and reads a few kilobytes.
///
/// Holds the file open while any copy lives: removing or replacing its name changes nothing for it.
public struct BundleReader: Sendable {
    /// The path that was opened.
    public let path: String
    /// Digest of the manifest: the bundle's identity.
    public let manifestDigest: Digest
    /// The layers, lowest first.
    public let layers: [LayerDescriptor]
    /// The image's configuration.
    public let configuration: ImageConfiguration
    /// Annotations of the manifest.
    public let annotations: [String: String]
    /// Limits that every call on this reader keeps.
    public let limits: ReadLimits
    let container: BundleContainer

    /// Opens a `.amber` file, or a directory that holds an OCI image layout.
    ///
    /// - Throws: `BundleError`: `notABundle`, `truncated`, `malformed`, `damaged`, `missingBlob`,
    ///   `newerVersion`,
    ///   `limitExceeded`, `system`. Layers are checked when they are read.
    public init(path: String, limits: ReadLimits = ReadLimits()) throws(BundleError) {
        let container = try BundleContainer(path: path, limits: limits)
        let chosen = try ManifestLookup(container: container, limits: limits).find()
        let manifest = chosen.manifest
        let configuration = try RecordJSON.decode(
            OCIConfiguration.self, from: try container.document(manifest.config, limit: limits.documentBytes),
            subject: "\(path): image configuration")
        let labels = configuration.execution?.labels ?? [:]
        try Self.checkVersion(
            manifest.annotations?[BundleAnnotation.formatVersion] ?? labels[BundleAnnotation.formatVersion],
            path)
        let layers = try Self.layers(of: manifest, configuration, path)
        self.path = path
        self.limits = limits
        self.container = container
        self.layers = layers
        manifestDigest = chosen.digest
        annotations = manifest.annotations ?? [:]
        self.configuration = ImageConfiguration(
            architecture: configuration.architecture,
            environment: (configuration.execution?.environment ?? []).map { ByteString($0) },
            command: (configuration.execution?.command ?? []).map { ByteString($0) },
            workingDirectory: ByteString(configuration.execution?.workingDirectory ?? "/"),
            user: configuration.execution?.user ?? "", created: configuration.created ?? "", labels: labels)
    }

    /// The layer of a name; nil where the bundle has none.
    public func layer(_ name: LayerName) -> LayerDescriptor? { layers.first { $0.name == name } }

    static func checkVersion(_ text: String?, _ path: String) throws(BundleError) {
        guard let text else {
            throw BundleContainer.notABundle(
                path, "it is an OCI image without \(BundleAnnotation.formatVersion)")
        }
        guard let version = Int(text), version >= 1 else {
            throw BundleError(
                .malformed, path, "its format version is no number", remedy: BundleError.doNotTrust)
        }
        guard version <= FormatVersion.current.rawValue else {
            throw BundleError(
                .newerVersion, path,
                "a newer Amber wrote it: format version \(version), this one reads up to \(FormatVersion.current.rawValue)",
                remedy: "Install a newer Amber and try again.")
        }
    }

    private static func layers(
        of manifest: OCIManifest, _ configuration: OCIConfiguration, _ path: String
    ) throws(BundleError) -> [LayerDescriptor] {
        let diffIDs = configuration.rootFileSystem.diffIDs
        guard diffIDs.count == manifest.layers.count, manifest.layers.count <= LayerName.allCases.count else {
            throw BundleError(
                .malformed, path, "it has \(manifest.layers.count) layers and \(diffIDs.count) diff_ids",
                remedy: BundleError.fetchAgain)
        }
        let label = configuration.execution?.labels?[BundleAnnotation.layers] ?? ""
        let names = label.split(separator: ",").map(String.init)
        var layers: [LayerDescriptor] = []
        for (index, layer) in manifest.layers.enumerated() {
            let text =
                layer.annotations?[BundleAnnotation.layer]
                ?? (names.count == diffIDs.count ? names[index] : "")
            guard let name = LayerName(rawValue: text) else {
                throw BundleError(
                    .malformed, path, "layer \(index + 1) has no name that Amber knows",
                    remedy: BundleError.fetchAgain)
            }
            guard !layers.contains(where: { $0.name == name }) else {
                throw BundleError(
                    .malformed, path, "it has two layers \(name.rawValue)", remedy: BundleError.doNotTrust)
            }
            layers.append(
                LayerDescriptor(
                    name: name, digest: layer.digest, diffID: diffIDs[index], sizeInBytes: layer.size,
                    mediaType: layer.mediaType))
        }
        return layers
    }

    /// Opens a layer for reading from its start.
    func open(_ layer: LayerDescriptor, hashesContent: Bool = false) throws(BundleError) -> LayerReader {
        try LayerReader(
            layer, in: try container.blob(layer.digest, size: layer.sizeInBytes), of: path, limits: limits,
            hashesContent: hashesContent)
    }
}
