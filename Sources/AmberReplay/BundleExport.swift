import AmberBundle
import AmberKernel

/// Writes a bundle's files to a directory, for looking at them with ordinary tools.
public enum BundleExport {
    /// Writes the merged root file system to `DIRECTORY/rootfs` and Amber's record to `DIRECTORY/record`.
    ///
    /// - Throws: `ReplayError`, `BundleError`. What was written before stays.
    public static func export(_ bundle: String, to directory: String) throws {
        let prepared = try PreparedBundle(path: bundle, preservesOwners: false)
        for layer in prepared.layers.reversed() { try KeptFiles.keep(layer, in: directory + "/rootfs") }
        try KeptFiles.keep(prepared.record.path, in: directory + "/record")
    }
}
