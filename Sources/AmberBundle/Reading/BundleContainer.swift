import AmberKernel
import AmberModel

/// What holds an OCI image layout: a tar file, or a directory.
final class BundleContainer: Sendable {
    private enum Form: Sendable {
        /// Members by name, with offset and length of their content.
        case archive([String: (offset: UInt64, size: UInt64)])
        case directory
    }

    /// The path, for messages.
    let path: String
    private let root: OwnedDescriptor
    private let form: Form

    /// Opens a tar or a directory and finds its members; reads headers only.
    init(path: String, limits: ReadLimits) throws(BundleError) {
        self.path = path
        let root = try bundled(path) { () throws(SyscallError) in
            try Files.open(
                KernelPath(path),
                Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noControllingTerminal)
        }
        let status = try bundled(path) { () throws(SyscallError) in try Files.status(of: root.number) }
        if status.isDirectory {
            form = .directory
        } else if status.isRegular {
            form = .archive(try Self.members(of: root.number, size: status.sizeInBytes, path, limits))
        } else {
            throw Self.notABundle(path, "it is neither a file nor a directory")
        }
        self.root = root
    }

    private static func members(
        of descriptor: Int32, size: UInt64, _ path: String, _ limits: ReadLimits
    ) throws(BundleError) -> [String: (offset: UInt64, size: UInt64)] {
        var limits = limits
        limits.entries = limits.members
        limits.contentBytes = .max / 2
        let stream = FileStream(descriptor, size: size, subject: path)
        var reader = TarReader(stream, subject: path, limits: limits)
        var members: [String: (offset: UInt64, size: UInt64)] = [:]
        do throws(BundleError) {
            while let entry = try reader.next() {
                guard entry.kind == .file, var name = entry.path.string else { continue }
                while name.hasPrefix("./") { name.removeFirst(2) }
                let offset = stream.position - UInt64(reader.unusedCount)
                guard members.updateValue((offset, entry.sizeInBytes), forKey: name) == nil else {
                    throw BundleError(
                        .malformed, path, "it has two members \(ByteString(name))",
                        remedy: BundleError.doNotTrust)
                }
            }
        } catch  where members.isEmpty && error.code == .malformed {
            throw notABundle(path, "it is no tar archive")
        } catch  where members.isEmpty && error.code == .truncated {
            throw notABundle(path, "it is too short for a tar archive")
        }
        return members
    }

    /// Finds a member by name; nil where there is none.
    func region(_ name: String) throws(BundleError) -> BlobRegion? {
        switch form {
        case .archive(let members):
            guard let member = members[name] else { return nil }
            let copy = try bundled(path) { () throws(SyscallError) in try Files.duplicate(root.number) }
            return BlobRegion(copy, offset: member.offset, sizeInBytes: member.size)
        case .directory:
            do throws(SyscallError) {
                let file = try Files.openBeneath(
                    KernelPath(name),
                    Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noControllingTerminal,
                    in: root.number)
                let status = try Files.status(of: file.number)
                guard status.isRegular else { return nil }
                return BlobRegion(file, offset: 0, sizeInBytes: status.sizeInBytes)
            } catch  where error.code == Errno.noEntry || error.code == Errno.notDirectory {
                return nil
            } catch {
                throw BundleError(error, subject: path + "/" + name)
            }
        }
    }

    /// Finds a blob of a known digest and length.
    func blob(_ digest: Digest, size: UInt64) throws(BundleError) -> BlobRegion {
        guard let region = try region("blobs/sha256/" + digest.hexadecimal) else {
            throw BundleError(
                .missingBlob, path, "blob \(digest) is not in it", remedy: BundleError.fetchAgain)
        }
        guard region.sizeInBytes == size else {
            throw BundleError(
                .damaged, path, "blob \(digest) has \(region.sizeInBytes) bytes instead of \(size)",
                remedy: BundleError.fetchAgain)
        }
        return region
    }

    /// Reads a whole document of at most `limit` bytes; nil where there is none.
    func document(_ name: String, limit: Int) throws(BundleError) -> [UInt8]? {
        guard let region = try region(name) else { return nil }
        return try Self.contents(of: region, subject: "\(path): \(name)", limit: limit).bytes
    }

    /// Reads a document by digest and checks it.
    func document(_ descriptor: OCIDescriptor, limit: Int) throws(BundleError) -> [UInt8] {
        let region = try blob(descriptor.digest, size: descriptor.size)
        let content = try Self.contents(
            of: region, subject: "\(path): blob \(descriptor.digest)", limit: limit)
        guard content.digest == descriptor.digest else {
            throw BundleError(
                .damaged, path, "blob \(descriptor.digest) differs from its digest",
                remedy: BundleError.fetchAgain)
        }
        return content.bytes
    }

    private static func contents(
        of region: BlobRegion, subject: String, limit: Int
    ) throws(BundleError) -> (bytes: [UInt8], digest: Digest) {
        guard region.sizeInBytes <= UInt64(limit) else {
            throw BundleError(
                .limitExceeded, subject, "it has more than \(limit) bytes", remedy: BundleError.doNotTrust)
        }
        let stream = BlobStream(region, subject: subject, bufferSize: 1 << 14)
        var bytes: [UInt8] = []
        while true {
            let piece = try stream.next()
            if piece.isEmpty { break }
            bytes.append(contentsOf: piece)
        }
        return (bytes, try stream.finish())
    }

    /// The error of a file that is something else.
    static func notABundle(_ path: String, _ problem: String) -> BundleError {
        BundleError(
            .notABundle, path, "\(problem), so it is no bundle",
            remedy:
                "Give a file that `amber capture` wrote, or a directory that `skopeo copy … oci:DIR` wrote.")
    }
}
