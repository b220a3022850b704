import AmberKernel

/// Reads files below a root directory: only regular ones, never more than asked for, and never waiting.
///
/// Symbolic links are followed as if the root were `/` (openat2(2), RESOLVE_IN_ROOT), so that a made-up tree, or the
/// tree of a container, cannot lead out of itself. Whatever cannot be read is nil: an inventory has fewer facts then,
/// and never fails.
final class TreeReader: Sendable {
    private let root: OwnedDescriptor
    /// The tree is this host's: no link can lead out of it.
    private let isHost: Bool
    /// Takes note of everything that is looked at; nil for none, as in every tree that is not this host's.
    let evidence: Evidence?

    /// Opens the root; a root that cannot be opened has no files, as every call on descriptor -1 fails.
    init(root: String, evidence: Evidence? = nil) {
        let opened = try? Files.open(KernelPath(root), Files.Flag.path | Files.Flag.directory)
        self.root = opened ?? OwnedDescriptor(adopting: -1)
        isHost = root == "/"
        self.evidence = root == "/" ? evidence : nil
    }

    /// Opens a regular file for reading.
    ///
    /// The place is looked at before it is opened: opening a FIFO would wake its writer, opening a device may do more.
    func openRegular(_ path: [UInt8]) -> OwnedDescriptor? {
        evidence?.willRead(path)
        guard let place = open(path, Files.Flag.path), let status = try? Files.status(of: place.number),
            status.isRegular
        else { return nil }
        let flags = Files.Flag.readOnly | Files.Flag.nonBlocking | Files.Flag.noControllingTerminal
        return try? Files.open(KernelPath("/proc/self/fd/\(place.number)"), flags)
    }

    /// Reads a whole file; nil where it is longer than `limit` bytes.
    func contents(_ path: [UInt8], limit: Int) -> [UInt8]? {
        guard let bytes = prefix(path, limit: limit + 1), bytes.count <= limit else { return nil }
        return bytes
    }

    /// Reads the first `limit` bytes of a file.
    func prefix(_ path: [UInt8], limit: Int) -> [UInt8]? {
        guard let file = openRegular(path) else { return nil }
        return Self.read(file, limit: limit)
    }

    /// Reads at most `limit` bytes from an open file, into memory that is sized by what the file claims.
    static func read(_ file: borrowing OwnedDescriptor, limit: Int) -> [UInt8]? {
        guard let status = try? Files.status(of: file.number), status.isRegular else { return nil }
        // One byte more than the claim, to see a file that has grown; 4 KiB for pseudo-files, which claim nothing.
        var capacity = min(limit, Int(clamping: status.sizeInBytes) &+ 1)
        if status.sizeInBytes == 0 { capacity = min(limit, 4096) }
        let number = file.number
        var bytes: [UInt8] = []
        while true {
            let part = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
                while filled < buffer.count {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    guard let count = try? Files.read(number, into: rest), count > 0 else { return }
                    filled += count
                }
            }
            if bytes.isEmpty { bytes = part } else { bytes += part }
            if part.count < capacity || bytes.count >= limit { return bytes }
            capacity = min(limit - bytes.count, max(4096, bytes.count))
        }
    }

    /// Lists a directory in byte order, at most `limit` names; empty where it cannot be read.
    func names(of directory: [UInt8], limit: Int) -> [[UInt8]] {
        evidence?.willRead(directory)
        guard let opened = open(directory, Files.Flag.readOnly | Files.Flag.directory),
            let names = try? Files.names(of: opened.number, limit: limit)
        else { return [] }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Describes what stands at a path, following links.
    func status(_ path: [UInt8]) -> FileStatus? {
        if isHost {
            let status = try? Files.status(KernelPath(path), following: true)
            evidence?.didLook(at: path, status)
            return status
        }
        guard let place = open(path, Files.Flag.path) else { return nil }
        return try? Files.status(of: place.number)
    }

    /// Reads the text of a symbolic link.
    func linkTarget(_ path: String) -> [UInt8]? {
        evidence?.isIncomplete()
        guard let place = open(Array(path.utf8), Files.Flag.path | Files.Flag.noFollow) else { return nil }
        return try? Files.readLink("", in: place.number)
    }

    /// Opens a directory for `openat`.
    func openDirectory(_ path: [UInt8]) -> OwnedDescriptor? {
        evidence?.willRead(path)
        return open(path, Files.Flag.readOnly | Files.Flag.directory)
    }

    private func open(_ path: [UInt8], _ flags: Int32) -> OwnedDescriptor? {
        try? Files.openBeneath(KernelPath(path), flags, in: root.number, resolve: Files.Resolve.inRoot)
    }
}

extension TreeReader {
    func contents(_ path: String, limit: Int) -> [UInt8]? { contents(Array(path.utf8), limit: limit) }
    func prefix(_ path: String, limit: Int) -> [UInt8]? { prefix(Array(path.utf8), limit: limit) }
    func names(of directory: String, limit: Int) -> [[UInt8]] {
        names(of: Array(directory.utf8), limit: limit)
    }
    func openDirectory(_ path: String) -> OwnedDescriptor? { openDirectory(Array(path.utf8)) }
}
