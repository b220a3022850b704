/// The keys by which Amber finds its way in an image; they survive registries.
enum BundleAnnotation {
    /// On a layer: its `LayerName`.
    static let layer = "dev.amber.layer"
    /// Label of the configuration: names of the layers in order, for when annotations of layers got lost.
    static let layers = "dev.amber.layers"
    /// On the manifest and as label: the format's version.
    static let formatVersion = "dev.amber.format-version"
}
