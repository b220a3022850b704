public import AmberModel

/// A layer of a bundle, as its manifest describes it.
public struct LayerDescriptor: Sendable, Hashable {
    /// Which layer it is.
    public let name: LayerName
    /// Digest of the compressed blob.
    public let digest: Digest
    /// Digest of the uncompressed tar.
    public let diffID: Digest
    /// Length of the compressed blob.
    public let sizeInBytes: UInt64
    /// Media type, which says how it is compressed.
    public let mediaType: String

    /// The filter by the media type; registries may have compressed a layer again in another way.
    func filter() throws(BundleError) -> Decompressor.Filter {
        switch mediaType {
        case "application/vnd.oci.image.layer.v1.tar+zstd": return .zstd
        case "application/vnd.oci.image.layer.v1.tar+gzip",
            "application/vnd.docker.image.rootfs.diff.tar.gzip":
            return .gzip
        case "application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar":
            return .none
        default:
            throw BundleError(
                .unsupported, "layer \(name.rawValue)", "its media type \(mediaType) is unknown",
                remedy: "Copy the image with `skopeo copy --format oci` and try again.")
        }
    }
}
