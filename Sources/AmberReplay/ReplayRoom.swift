import AmberBundle
import AmberKernel
import AmberModel

/// The directories of one replay: its root's mount point, what it writes, what the caller changed. Removed at the end.
final class ReplayRoom: Sendable {
    let directory: String
    /// True where overlayfs cannot keep its changes on this disk, and a tmpfs must serve.
    let needsTemporaryStorage: Bool

    var mountPoint: String { directory + "/root" }
    var storage: String { directory + "/storage" }
    var upper: String { storage + "/upper" }
    var work: String { storage + "/work" }
    /// A layer above the bundle's own, with `--with-file` and the like.
    var changes: String { directory + "/changes" }

    init(_ store: LocalStore) throws {
        let directory =
            store.directory + "/replays/\(ThisProcess.processID)-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectories(directory, mode: 0o711)
        for name in ["root", "storage", "changes"] {
            try Files.makeDirectory(KernelPath(directory + "/" + name), mode: 0o755)
        }
        let place = try Files.open(KernelPath(directory), Files.Flag.path)
        // overlayfs takes neither itself nor file systems without d_type as upper layer (overlayfs.rst).
        let needsTemporaryStorage = try Files.fileSystemType(of: place.number) == 0x794C_7630
        if !needsTemporaryStorage {
            try Files.makeDirectory(KernelPath(directory + "/storage/upper"), mode: 0o755)
            try Files.makeDirectory(KernelPath(directory + "/storage/work"), mode: 0o755)
        }
        self.directory = directory
        self.needsTemporaryStorage = needsTemporaryStorage
    }

    deinit { try? Files.removeTree(KernelPath(directory)) }
}
