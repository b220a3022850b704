public import AmberModel

/// The small files of the record layer, decoded.
public struct Record: Sendable {
    /// `bundle.json`.
    public let info: BundleInfo
    /// `run.json`; nil in bundles that hold no run.
    public let run: RunRecord?
    /// `host.json`.
    public let host: HostRecord?
    /// `fidelity.json`.
    public let fidelity: FidelityReport?
    /// `packages.cdx.json` as it stands there.
    public let packages: [UInt8]?
    /// Every file of the record layer by its name below `/.amber`, with its length.
    public let files: [String: UInt64]
}
