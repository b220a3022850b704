import AmberBundle
import AmberKernel
import AmberModel
import AmberSandbox

/// The uppermost of a bundle's layers: its directories alone, with the times that production had.
///
/// A bundle's own layers have no directory times, so that the same files always make the same layers.
struct DirectoryLayer {
    /// The extracted layers, topmost first.
    let layers: [String]

    /// Builds it into an empty directory.
    ///
    /// - Returns: How many entries it has.
    func build(at place: String, _ reader: BundleReader) throws -> Int {
        let tree = try PlaceholderTree(at: place, hasMountPoints: false)
        try reader.forEachDirectory { directory in
            guard let extracted = extracted(directory.path) else { return }
            var metadata = directory.metadata
            metadata.mode = extracted.mode & 0o7777
            metadata.userID = extracted.userID
            metadata.groupID = extracted.groupID
            tree.addDirectory(directory.path, metadata)
        }
        try tree.finish()
        return tree.count
    }

    /// What extraction made of a directory; nil where no layer has it.
    private func extracted(_ path: ByteString) -> FileStatus? {
        for layer in layers {
            let place = KernelPath(Array(layer.utf8) + path.bytes)
            if let status = try? Files.status(place), status.isDirectory { return status }
        }
        return nil
    }
}
