import AmberKernel
package import AmberModel

extension FileHasher {
    /// Hashes a stretch of an open file, reading with pread(2); nil where it ends early or cannot be read.
    package static func digest(of descriptor: Int32, offset: UInt64 = 0, sizeInBytes: UInt64) -> Digest? {
        var hasher = ContentHasher()
        var done: UInt64 = 0
        while done < sizeInBytes {
            let wanted = Int(min(sizeInBytes - done, 1 << 18))
            guard let bytes = try? Files.readBytes(descriptor, at: offset + done, count: wanted),
                !bytes.isEmpty
            else {
                return nil
            }
            bytes.withUnsafeBytes { hasher.update($0) }
            done += UInt64(bytes.count)
        }
        return hasher.finish()
    }

    /// The digest of bytes in memory.
    package static func digest(of bytes: [UInt8]) -> Digest { ContentHasher.digest(of: bytes) }
}
