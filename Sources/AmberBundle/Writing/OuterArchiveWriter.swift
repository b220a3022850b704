import AmberKernel
import AmberModel

/// Writes the uncompressed tar around an OCI image layout: owner 0, time 0, each blob once.
struct OuterArchiveWriter {
    private let descriptor: Int32
    private let subject: String
    private var size: UInt64 = 0
    private var blobs: Set<Digest> = []

    /// Writes at the descriptor's position; borrowed.
    init(descriptor: Int32, subject: String) {
        self.descriptor = descriptor
        self.subject = subject
    }

    mutating func addDirectory(_ name: String) throws(BundleError) {
        try write(header(name, .directory, mode: 0o755, size: 0))
    }

    mutating func add(_ name: String, _ bytes: [UInt8]) throws(BundleError) {
        let padding = [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(bytes.count)))
        try write(header(name, .file, mode: 0o644, size: UInt64(bytes.count)) + bytes + padding)
    }

    mutating func addBlob(_ bytes: [UInt8]) throws(BundleError) {
        let digest = ContentHasher.digest(of: bytes)
        guard blobs.insert(digest).inserted else { return }
        try add("blobs/sha256/" + digest.hexadecimal, bytes)
    }

    /// Copies a spooled blob, sharing its blocks where the file system can.
    mutating func addBlob(_ blob: SpooledBlob) throws(BundleError) {
        guard blobs.insert(blob.digest).inserted else { return }
        try write(
            header("blobs/sha256/" + blob.digest.hexadecimal, .file, mode: 0o644, size: blob.sizeInBytes))
        let descriptor = descriptor
        let copied = try bundled(writing: true, subject) { () throws(SyscallError) in
            try Files.seek(blob.descriptor.number, to: 0)
            return try Files.copy(from: blob.descriptor.number, to: descriptor, limit: blob.sizeInBytes)
        }
        guard copied == blob.sizeInBytes else {
            throw BundleError(
                .system, subject, "a layer in the store became shorter",
                remedy: "Capture again; check the store's disk.")
        }
        size += copied
        try write([UInt8](repeating: 0, count: TarHeader.padding(after: blob.sizeInBytes)))
    }

    /// Writes the archive's end.
    ///
    /// - Returns: Length of the whole archive.
    mutating func finish() throws(BundleError) -> UInt64 {
        try write([UInt8](repeating: 0, count: 1024))
        return size
    }

    private func header(_ name: String, _ kind: TarEntry.Kind, mode: UInt32, size: UInt64) -> [UInt8] {
        TarHeader.encode(
            TarEntry(
                path: ByteString(name), kind: kind, mode: mode, userID: 0, groupID: 0, sizeInBytes: size,
                modifiedAt: 0,
                linkTarget: ""))
    }

    private mutating func write(_ bytes: [UInt8]) throws(BundleError) {
        let descriptor = descriptor
        try bundled(writing: true, subject) { () throws(SyscallError) in try Files.writeAll(descriptor, bytes)
        }
        size += UInt64(bytes.count)
    }
}
