import AmberKernel
import AmberModel
import FoundationEssentials

/// Layers and digests that are kept on this machine, so that the second bundle of a program costs little.
///
/// A directory that only its user may enter: `blobs/sha256/HEX`, `recipes/HEX`, `digests`, `layers/`,
/// `inventories/`, and of replays `placeholders/` and `replays/`. Any number of processes use it at once: everything
/// appears by rename, and everything is checked before it is believed.
public final class LocalStore: Sendable {
    /// The directory.
    public let directory: String
    /// Digests of files.
    let digests: DigestCache

    /// What a store holds, in bytes and pieces.
    public struct Usage: Sendable, Hashable {
        /// Compressed layers.
        public var blobCount = 0
        /// Their length.
        public var blobBytes: UInt64 = 0
        /// Extracted layers.
        public var layerCount = 0
        /// The length of their files.
        public var layerBytes: UInt64 = 0
        /// Length of the file of digests.
        public var digestBytes: UInt64 = 0
    }

    /// The size that `prune` keeps when nobody says otherwise: 4 GiB.
    public static let defaultSize: UInt64 = 4 << 30

    /// Opens a store, making its directories.
    ///
    /// - Throws: `BundleError` of code `system`: it cannot be written, or it belongs to somebody else.
    public init(directory: String) throws(BundleError) {
        self.directory = directory
        try bundled(writing: true, directory) { () throws(SyscallError) in
            try Files.makeDirectories(directory, mode: 0o700)
            for name in ["blobs", "blobs/sha256", "recipes", "layers", "inventories"] {
                try Files.makeDirectories(directory + "/" + name, mode: 0o700)
            }
        }
        let status = try bundled(directory) { () throws(SyscallError) in
            try Files.status(KernelPath(directory), following: true)
        }
        guard status.userID == Files.effectiveUserID, status.mode & 0o022 == 0 else {
            throw BundleError(
                .system, directory, "others may write to this store",
                remedy: "Set XDG_CACHE_HOME to a directory of your own, or chmod go-w \(directory).")
        }
        let canWrite = TemporaryFile.canBeMade(in: directory)
        guard canWrite else {
            throw BundleError(
                .system, directory, "the store cannot be written",
                remedy: "Set XDG_CACHE_HOME to a directory of your own.")
        }
        digests = DigestCache(path: directory + "/digests")
    }

    /// Opens the user's store, or returns nil where there can be none: a capture goes on without it.
    public static func openDefault() -> LocalStore? {
        guard let directory = defaultDirectory else { return nil }
        return try? LocalStore(directory: directory)
    }

    /// `$XDG_CACHE_HOME/amber` or `~/.cache/amber`; nil where neither variable is an absolute path.
    public static var defaultDirectory: String? {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/amber" }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.cache/amber" }
        return nil
    }

    /// Where surveys of this machine's packages are kept; a handful stay.
    package var inventories: String { directory + "/inventories" }

    /// Where a blob lies, or would lie.
    func path(of digest: Digest) -> String { "\(directory)/blobs/sha256/\(digest.hexadecimal)" }
}
