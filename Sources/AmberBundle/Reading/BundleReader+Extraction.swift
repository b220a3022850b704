package import AmberKernel
import AmberModel

extension BundleReader {
    /// Extracts one layer below a fresh, empty directory, and never anywhere else.
    ///
    /// The record layer holds files and directories; anything else in it is refused.
    /// On an error the directory holds a part of the layer: remove it.
    ///
    /// - Returns: Length of all files together.
    /// - Throws: `BundleError`: `unsafeEntry`, `damaged`, `malformed`, `truncated`, `limitExceeded`,
    ///   `missingBlob`,
    ///   `unsupported`, `diskFull`, `system`.
    @discardableResult
    public func extract(
        _ layer: LayerDescriptor, into directory: String, options: ExtractionOptions = ExtractionOptions()
    ) throws(BundleError) -> UInt64 {
        let root = try bundled(writing: true, directory) { () throws(SyscallError) in
            try Files.open(KernelPath(directory), Files.Flag.readOnly | Files.Flag.directory)
        }
        return try extract(layer, into: root, options: options)
    }

    /// Extracts one layer below a borrowed descriptor of a fresh, empty directory.
    @discardableResult
    package func extract(
        _ layer: LayerDescriptor, into directory: borrowing OwnedDescriptor,
        options: ExtractionOptions = ExtractionOptions()
    ) throws(BundleError) -> UInt64 {
        var extractor = LayerExtractor(
            root: directory.number, subject: "\(path): layer \(layer.name.rawValue)", options: options,
            limits: limits, isRecord: layer.name == .record)
        try extractor.extract(try open(layer))
        return extractor.contentBytes
    }
}
