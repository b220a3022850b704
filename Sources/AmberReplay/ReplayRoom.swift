import AmberBundle
import AmberKernel
import AmberModel

/// The directories of one replay: its root's mount point, what it writes, what the caller changed. Removed at the end.
final class ReplayRoom: Sendable {
    let directory: String
    /// Locked while the room is in use: what is left of a killed replay is nobody's, and pruned.
    private let lock: OwnedDescriptor
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
            store.replays + "/\(ThisProcess.processID)-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeDirectories(directory, mode: 0o711)
        let lock = try Files.open(KernelPath(directory), Files.Flag.readOnly | Files.Flag.directory)
        try Files.lock(lock.number, isShared: true)
        for name in ["root", "storage", "changes"] {
            try Files.makeDirectory(KernelPath(directory + "/" + name), mode: 0o755)
        }
        // overlayfs takes neither itself nor file systems without d_type as upper layer (overlayfs.rst).
        let needsTemporaryStorage = try Files.fileSystemType(of: lock.number) == 0x794C_7630
        if !needsTemporaryStorage {
            try Files.makeDirectory(KernelPath(directory + "/storage/upper"), mode: 0o755)
            try Files.makeDirectory(KernelPath(directory + "/storage/work"), mode: 0o755)
        }
        self.directory = directory
        self.lock = lock
        self.needsTemporaryStorage = needsTemporaryStorage
    }

    deinit { try? Files.removeTree(KernelPath(directory)) }
}
