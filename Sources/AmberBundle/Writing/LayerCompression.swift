/// How layers are compressed.
public enum LayerCompression: String, Sendable, CaseIterable {
    /// zstd level 2, on all processors; the same bytes for any number of them.
    case zstd
    /// gzip level 6, for tools that know no zstd.
    case gzip

    /// The media type of such a layer (OCI image-spec layer.md).
    public var mediaType: String {
        switch self {
        case .zstd: "application/vnd.oci.image.layer.v1.tar+zstd"
        case .gzip: "application/vnd.oci.image.layer.v1.tar+gzip"
        }
    }
}
