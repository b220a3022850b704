import AmberBundle

/// Keeps one cached layer from pruning; a class, because arrays hold no values that cannot be copied.
final class KeptLayer: Sendable {
    let layer: CachedLayer

    init(_ layer: consuming CachedLayer) { self.layer = layer }
}
