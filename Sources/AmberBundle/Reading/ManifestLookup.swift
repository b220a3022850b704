import AmberModel

/// Finds the one image of an OCI image layout.
struct ManifestLookup {
    let container: BundleContainer
    let limits: ReadLimits

    /// The manifest and its digest.
    func find() throws(BundleError) -> (manifest: OCIManifest, digest: Digest) {
        guard let layout = try container.document("oci-layout", limit: 4096) else {
            throw BundleContainer.notABundle(container.path, "it has no oci-layout")
        }
        let version = try RecordJSON.decode(
            OCILayout.self, from: layout, subject: "\(container.path): oci-layout")
        guard version.imageLayoutVersion.hasPrefix("1.") else {
            throw BundleError(
                .unsupported, container.path, "its OCI layout is not version 1",
                remedy: "Copy it with `skopeo copy oci-archive:OLD oci-archive:NEW` and try again.")
        }
        guard let index = try container.document("index.json", limit: limits.documentBytes) else {
            throw BundleContainer.notABundle(container.path, "it has no index.json")
        }
        var descriptor = try only(of: index, "index.json")
        if descriptor.mediaType == OCIIndex.mediaType {
            descriptor = try only(
                of: try container.document(descriptor, limit: limits.documentBytes),
                "index \(descriptor.digest)")
        }
        guard
            [OCIManifest.mediaType, "application/vnd.docker.distribution.manifest.v2+json"].contains(
                descriptor.mediaType)
        else {
            throw BundleError(
                .unsupported, container.path, "its manifest is of type \(ByteString(descriptor.mediaType))",
                remedy: "Copy it with `skopeo copy --format oci` and try again.")
        }
        let manifest = try RecordJSON.decode(
            OCIManifest.self, from: try container.document(descriptor, limit: limits.documentBytes),
            subject: "\(container.path): manifest")
        return (manifest, descriptor.digest)
    }

    private func only(of bytes: [UInt8], _ name: String) throws(BundleError) -> OCIDescriptor {
        let index = try RecordJSON.decode(OCIIndex.self, from: bytes, subject: "\(container.path): \(name)")
        guard index.manifests.count == 1, let only = index.manifests.first else {
            throw BundleError(
                .unsupported, container.path, "it holds \(index.manifests.count) images, not one",
                remedy: "Copy the one that you want with `skopeo copy oci-archive:FILE:NAME oci-archive:NEW`."
            )
        }
        return only
    }
}
