package import AmberKernel
package import AmberModel

/// The lowest layer of a replay: everything that production's listings show and the bundle does not hold.
///
/// Regular files have their length, mode and time, and no content (reading one is refused by the supervisor); links,
/// FIFOs and sockets are themselves; devices stand as empty files.
package final class PlaceholderTree {
    private let root: OwnedDescriptor
    private var directories: [(path: [UInt8], metadata: FileMetadata)] = []
    /// Entries made, directories on the way to them too.
    package private(set) var count = 0
    /// Bytes of the directories' names, which are kept until their times are set.
    private var nameBytes = 0
    private let limit: Int
    private static let mostNameBytes = 256 << 20
    /// PATH_MAX without its NUL.
    private static let longestPath = 4095

    /// Builds into an empty directory; a tree that is the lowest layer has the directories that a sandbox mounts on.
    ///
    /// What a record lists beyond `limit` entries is left out.
    package init(
        at directory: String, hasMountPoints: Bool = true, limit: Int = 2_000_000
    ) throws(SyscallError) {
        self.limit = limit
        root = try Files.open(KernelPath(directory), Files.Flag.readOnly | Files.Flag.directory)
        if hasMountPoints { try Self.makeMountPoints(in: root) }
    }

    private static func makeMountPoints(in root: borrowing OwnedDescriptor) throws(SyscallError) {
        for name in ["proc", "dev", "sys", "tmp", "run"] {
            do {
                try Files.makeDirectory(
                    KernelPath(name), mode: name == "tmp" ? 0o777 : 0o755, in: root.number)
            } catch
                where error.code == Errno.exists
            {}
        }
        try Files.setMode("tmp", in: root.number, 0o1777)
    }

    /// Adds a directory with its listing. Names are checked: an entry never leaves its directory.
    package func add(_ directory: DirectoryRecord) throws(SyscallError) {
        guard let place = Self.relative(directory.path.bytes), count < limit else { return }
        // A listing that contradicts another one (a link where this one has a directory) is left out, not an error.
        guard let parent = try? makeDirectories(place) else { return }
        remember(place, directory.metadata)
        for entry in directory.entries {
            guard let metadata = entry.metadata, Self.isName(entry.name.bytes), count < limit else {
                continue
            }
            count += 1
            try make(entry.name.bytes, metadata, in: parent.number)
            if metadata.kind == .directory {
                remember(place.isEmpty ? entry.name.bytes : place + [0x2F] + entry.name.bytes, metadata)
            }
        }
    }

    /// Adds a directory without its listing.
    package func addDirectory(_ path: ByteString, _ metadata: FileMetadata) {
        guard let place = Self.relative(path.bytes), (try? makeDirectories(place)) != nil else { return }
        remember(place, metadata)
    }

    /// Notes what a directory looks like, for `finish`.
    private func remember(_ path: [UInt8], _ metadata: FileMetadata) {
        guard path.count <= Self.longestPath, nameBytes + path.count <= Self.mostNameBytes else { return }
        nameBytes += path.count
        directories.append((path, metadata))
    }

    /// Gives directories their modes and times, deepest first: making entries changed both.
    package func finish() throws(SyscallError) {
        for (path, metadata) in directories.sorted(by: { $0.path.count > $1.path.count }) where !path.isEmpty
        {
            let parent = try open(Self.parent(path))
            let name = KernelPath(Self.name(path))
            // A directory that its owner may not search would hide what lies in higher layers from ordinary users.
            try? Files.setMode(name, in: parent.number, metadata.mode | 0o700)
            try? Files.setModificationTime(name, in: parent.number, to: metadata.modifiedAt)
            try? Files.setOwner(name, in: parent.number, user: metadata.userID, group: metadata.groupID)
        }
    }

    private func make(_ name: [UInt8], _ metadata: FileMetadata, in directory: Int32) throws(SyscallError) {
        let path = KernelPath(name)
        do {
            switch metadata.kind {
            case .directory:
                try Files.makeDirectory(path, mode: 0o755, in: directory)
                return
            case .symlink:
                guard let target = metadata.linkTarget else { return }
                try Files.makeSymlink(to: KernelPath(target.bytes), at: path, in: directory)
            case .fifo: try Files.makeNode(path, mode: 0o010000 | metadata.mode & 0o777, in: directory)
            case .socket: try Files.makeNode(path, mode: 0o140000 | metadata.mode & 0o777, in: directory)
            case .file, .characterDevice, .blockDevice: try makeFile(path, metadata, in: directory)
            }
            try? Files.setOwner(path, in: directory, user: metadata.userID, group: metadata.groupID)
            try Files.setModificationTime(path, in: directory, to: metadata.modifiedAt)
        } catch  where error.code == Errno.exists {
        }
    }

    private func makeFile(
        _ path: KernelPath, _ metadata: FileMetadata, in directory: Int32
    ) throws(SyscallError) {
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.exclusive | Files.Flag.noFollow
        let file = try Files.open(path, flags, mode: 0o600, in: directory)
        if metadata.kind == .file, metadata.sizeInBytes > 0, metadata.sizeInBytes < 1 << 40 {
            try Files.setSize(file.number, to: metadata.sizeInBytes)
        }
        try Files.setMode(file.number, metadata.mode & 0o777)
    }

    /// Opens a directory of the tree; what is missing on the way is made.
    private func makeDirectories(_ path: [UInt8]) throws(SyscallError) -> OwnedDescriptor {
        if let there = try? open(path) { return there }
        var place = try open([])
        for part in path.split(separator: 0x2F) {
            let name = KernelPath(part)
            if count < limit, try Files.ensureDirectory(name, mode: 0o755, in: place.number) { count += 1 }
            place = try Files.openBeneath(
                name, Files.Flag.readOnly | Files.Flag.directory, in: place.number)
        }
        return place
    }

    private func open(_ path: [UInt8]) throws(SyscallError) -> OwnedDescriptor {
        try Files.openBeneath(
            path.isEmpty ? "." : KernelPath(path), Files.Flag.readOnly | Files.Flag.directory, in: root.number
        )
    }

    private static func relative(_ path: [UInt8]) -> [UInt8]? {
        guard path.count <= longestPath else { return nil }
        let parts = path.split(separator: 0x2F).map { Array($0) }
        guard path.first == 0x2F, parts.allSatisfy(isName) else { return nil }
        return Array(parts.joined(separator: [0x2F]))
    }

    private static func isName(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.count <= 255 && name != [0x2E] && name != [0x2E, 0x2E] && !name.contains(0x2F)
            && !name.contains(0)
    }

    private static func parent(_ path: [UInt8]) -> [UInt8] { Array(path[..<(path.lastIndex(of: 0x2F) ?? 0)]) }
    private static func name(_ path: [UInt8]) -> [UInt8] {
        Array(path[(path.lastIndex(of: 0x2F).map { $0 + 1 } ?? 0)...])
    }
}
