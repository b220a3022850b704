import AmberKernel
import AmberModel

extension BundleWriter {
    /// Writes the bundle under a temporary name, makes it durable and renames it; complete or not there at
    /// all.
    ///
    /// - Parameters:
    ///   - configuration: The image's configuration; Amber's own labels are added.
    ///   - annotations: Annotations of the manifest: title, creation time; Amber's own are added.
    /// - Returns: Where the bundle is, its identity and its length.
    /// - Throws: `BundleError`: `diskFull`, `system`; `invalidEntry` where there is no layer.
    public consuming func seal(
        configuration: ImageConfiguration, annotations: [String: String] = [:]
    ) throws(BundleError) -> SealedBundle {
        let ordered = LayerName.allCases.compactMap { layers[$0] }
        guard !ordered.isEmpty else {
            throw BundleError(
                .invalidEntry, destination, "a bundle has at least one layer",
                remedy: "Report this: Amber adds the record layer to every bundle.")
        }
        let config = try Self.configurationDocument(configuration, ordered)
        let manifest = try Self.manifestDocument(config: config, ordered, compression, annotations)
        let index = try Self.document(
            OCIIndex(
                schemaVersion: 2, mediaType: OCIIndex.mediaType,
                manifests: [
                    OCIDescriptor(
                        mediaType: OCIManifest.mediaType, digest: ContentHasher.digest(of: manifest),
                        size: UInt64(manifest.count))
                ]))
        let layout = try Self.document(OCILayout(imageLayoutVersion: "1.0.0"))
        let directory = directory
        let destination = destination
        let replaces = replaces
        var file = try bundled(writing: true, directory) { () throws(SyscallError) in
            try TemporaryFile(in: directory)
        }
        // Small members first: the head of the file tells everything but the files themselves.
        var archive = OuterArchiveWriter(descriptor: file.descriptor.number, subject: destination)
        try archive.addDirectory("blobs/")
        try archive.addDirectory("blobs/sha256/")
        try archive.add("oci-layout", layout)
        try archive.add("index.json", index)
        try archive.addBlob(manifest)
        try archive.addBlob(config)
        for layer in ordered.sorted(by: { $0.summary.name == .record && $1.summary.name != .record }) {
            try archive.addBlob(layer.blob)
        }
        let size = try archive.finish()
        let path: String
        do throws(SyscallError) {
            // Production's data: readable by its owner alone until somebody decides otherwise.
            if replaces {
                try file.publish(as: destination, mode: 0o600, isDurable: true)
                path = destination
            } else {
                path = try file.publish(
                    asFirstFreeOf: { Self.numbered(destination, $0) }, mode: 0o600, isDurable: true)
            }
        } catch {
            throw BundleError(error, writing: true, subject: destination)
        }
        return SealedBundle(
            path: path, manifestDigest: ContentHasher.digest(of: manifest), sizeInBytes: size)
    }

    /// `NAME.amber`, `NAME-2.amber`, `NAME-3.amber`.
    private static func numbered(_ path: String, _ number: Int) -> String {
        guard number > 1 else { return path }
        let suffix = path.hasSuffix(".amber") ? ".amber" : ""
        return "\(path.dropLast(suffix.count))-\(number)\(suffix)"
    }

    private static func configurationDocument(
        _ configuration: ImageConfiguration, _ layers: [Layer]
    ) throws(BundleError) -> [UInt8] {
        func text(_ bytes: ByteString) -> String { String(decoding: bytes.bytes, as: UTF8.self) }
        var labels = configuration.labels
        labels[BundleAnnotation.layers] = layers.map(\.summary.name.rawValue).joined(separator: ",")
        labels[BundleAnnotation.formatVersion] = String(FormatVersion.current.rawValue)
        return try document(
            OCIConfiguration(
                created: configuration.created, architecture: configuration.architecture,
                operatingSystem: "linux",
                execution: .init(
                    user: configuration.user, environment: configuration.environment.map(text),
                    command: configuration.command.map(text),
                    workingDirectory: text(configuration.workingDirectory),
                    labels: labels),
                rootFileSystem: .init(type: "layers", diffIDs: layers.map(\.summary.diffID)),
                history: layers.map {
                    .init(
                        created: configuration.created, createdBy: "amber: \($0.summary.name.rawValue) layer")
                }))
    }

    private static func manifestDocument(
        config: [UInt8], _ layers: [Layer], _ compression: LayerCompression, _ annotations: [String: String]
    ) throws(BundleError) -> [UInt8] {
        var annotations = annotations
        annotations[BundleAnnotation.formatVersion] = String(FormatVersion.current.rawValue)
        return try document(
            OCIManifest(
                schemaVersion: 2, mediaType: OCIManifest.mediaType,
                config: OCIDescriptor(
                    mediaType: OCIConfiguration.mediaType, digest: ContentHasher.digest(of: config),
                    size: UInt64(config.count)),
                layers: layers.map {
                    OCIDescriptor(
                        mediaType: compression.mediaType, digest: $0.blob.digest, size: $0.blob.sizeInBytes,
                        annotations: [BundleAnnotation.layer: $0.summary.name.rawValue])
                },
                annotations: annotations))
    }

    private static func document(_ value: some Encodable) throws(BundleError) -> [UInt8] {
        do { return try RecordJSON.encode(value) } catch {
            throw BundleError(
                .invalidEntry, "image configuration", "it cannot be written as JSON", remedy: "Report this.",
                cause: error)
        }
    }
}
