import AmberKernel
import AmberModel

@testable import AmberBundle

/// Builds bundles that Amber would never write.
enum HostileBundle {
    static func entry(
        _ path: ByteString, _ kind: TarEntry.Kind = .file, mode: UInt32 = 0o644, size: UInt64 = 0,
        target: ByteString = ""
    ) -> TarEntry {
        TarEntry(
            path: path, kind: kind, mode: mode, userID: 0, groupID: 0, sizeInBytes: size, modifiedAt: 0,
            linkTarget: target)
    }

    /// A tar of entries with content.
    static func tar(_ entries: [(TarEntry, [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (entry, content) in entries {
            var entry = entry
            if case .file = entry.kind { entry.sizeInBytes = UInt64(content.count) }
            bytes += TarHeader.encode(entry) + content
            bytes += [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(content.count)))
        }
        return bytes + [UInt8](repeating: 0, count: 1024)
    }

    static func compress(_ bytes: [UInt8], _ compression: LayerCompression = .zstd) throws -> [UInt8] {
        final class Output { var bytes: [UInt8] = [] }
        let output = Output()
        let compressor = try Compressor(compression, threads: 1) { (piece) throws(BundleError) in
            output.bytes.append(contentsOf: piece)
        }
        try bytes.withUnsafeBytes { try compressor.write($0) }
        try compressor.finish()
        return output.bytes
    }

    /// A bundle whose inputs layer is any tar at all.
    static func write(to path: String, layer tar: [UInt8]) throws {
        try write(to: path, blob: try compress(tar), diffID: ContentHasher.digest(of: tar))
    }

    /// A bundle whose record has more entries than Amber's.
    static func write(to path: String, record entries: [(TarEntry, [UInt8])]) throws {
        let tar = tar([(entry("a"), [1])])
        try write(to: path, blob: try compress(tar), diffID: ContentHasher.digest(of: tar), record: entries)
    }

    /// A bundle whose inputs layer is any blob at all; `manifest` may change the documents.
    static func write(
        to path: String, blob: [UInt8], diffID: Digest, record more: [(TarEntry, [UInt8])] = [],
        isMissing: Bool = false, version: String = "1",
        manifest change: (inout OCIManifest) -> Void = { _ in }
    ) throws {
        let record = tar(
            try Sample.record().map { entry in
                guard case .bytes(let bytes) = entry.content else { return (Self.entry(""), []) }
                return (Self.entry(ByteString(Array(entry.path.bytes.dropFirst()))), bytes)
            } + more)
        let recordBlob = try compress(record)
        let config = try RecordJSON.encode(
            OCIConfiguration(
                architecture: "amd64", operatingSystem: "linux",
                execution: .init(labels: [BundleAnnotation.layers: "inputs,record"]),
                rootFileSystem: .init(type: "layers", diffIDs: [diffID, ContentHasher.digest(of: record)])))
        func descriptor(_ type: String, _ bytes: [UInt8]) -> OCIDescriptor {
            OCIDescriptor(mediaType: type, digest: ContentHasher.digest(of: bytes), size: UInt64(bytes.count))
        }
        var document = OCIManifest(
            schemaVersion: 2, mediaType: OCIManifest.mediaType,
            config: descriptor(OCIConfiguration.mediaType, config),
            layers: [blob, recordBlob].map { descriptor(LayerCompression.zstd.mediaType, $0) },
            annotations: [BundleAnnotation.formatVersion: version])
        change(&document)
        let manifest = try RecordJSON.encode(document)
        let index = try RecordJSON.encode(
            OCIIndex(schemaVersion: 2, manifests: [descriptor(OCIManifest.mediaType, manifest)]))
        let file = try Files.open(
            KernelPath(path), Files.Flag.create | Files.Flag.writeOnly | Files.Flag.truncate, mode: 0o600)
        var archive = OuterArchiveWriter(descriptor: file.number, subject: path)
        try archive.add("./index.json", index)
        try archive.add("./oci-layout", try RecordJSON.encode(OCILayout(imageLayoutVersion: "1.0.0")))
        for blob in [manifest, config, recordBlob] + (isMissing ? [] : [blob]) { try archive.addBlob(blob) }
        _ = try archive.finish()
    }
}
