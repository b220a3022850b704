import AmberKernel
import AmberModel

/// Lays a layer's entries out below a directory, and never anywhere else.
///
/// Every name is resolved by the kernel below the directory's descriptor, never through a symbolic link
/// (openat2(2)), so that a link that an earlier entry made leads nowhere. Files appear with O_EXCL: no entry
/// can write into another.
struct LayerExtractor {
    private struct PendingDirectory {
        let path: ByteString
        let entry: TarEntry
    }

    /// A descriptor that can stand in a copyable place.
    private final class Directory {
        let descriptor: OwnedDescriptor
        init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
    }

    private let root: Int32
    private let subject: String
    private let options: ExtractionOptions
    private let limits: ReadLimits
    /// Amber itself reads what is extracted: nothing but files and directories.
    private let isRecord: Bool
    private var parent: Directory?
    private var parentPath: ByteString = ""
    private var pending: [PendingDirectory] = []
    private var pendingBytes = 0
    /// Directories that no entry has described yet; an entry may follow.
    private var implied: Set<ByteString> = []
    /// Length of all files so far.
    private(set) var contentBytes: UInt64 = 0

    /// Extracts below a borrowed descriptor of an empty directory.
    init(
        root: Int32, subject: String, options: ExtractionOptions, limits: ReadLimits, isRecord: Bool = false
    ) {
        self.root = root
        self.subject = subject
        self.options = options
        self.limits = limits
        self.isRecord = isRecord
    }

    /// Extracts everything, then checks the layer's digest.
    mutating func extract(_ reader: LayerReader) throws(BundleError) {
        while let entry = try reader.next() { try extract(entry, reader) }
        try reader.finish()
        try finishDirectories()
    }

    private mutating func extract(_ entry: TarEntry, _ reader: LayerReader) throws(BundleError) {
        if entry.path.isEmpty {
            guard entry.kind == .directory else {
                throw refusal(entry, "takes the root's place and is no directory")
            }
            return try remember(entry)
        }
        guard !isRecord || entry.kind == .file || entry.kind == .directory else {
            throw refusal(entry, "is neither a file nor a directory, and a record holds nothing else")
        }
        let split = entry.path.bytes.lastIndex(of: UInt8(ascii: "/"))
        let directory = split.map { ByteString(Array(entry.path.bytes[..<$0])) } ?? ""
        let name = KernelPath(split.map { entry.path.bytes[($0 + 1)...] } ?? entry.path.bytes[...])
        let place = try descriptor(of: directory, for: entry)
        switch entry.kind {
        case .directory: try makeDirectory(entry, name, in: place)
        case .file:
            contentBytes += entry.sizeInBytes
            try writeFile(entry, name, in: place, reader)
        case .symlink:
            try kernel(entry) { () throws(SyscallError) in
                try Files.makeSymlink(to: KernelPath(entry.linkTarget.bytes), at: name, in: place)
            }
            try finish(entry, name, in: place)
        case .fifo:
            try kernel(entry) { () throws(SyscallError) in try Files.makeNode(name, mode: 0o010600, in: place)
            }
            try finish(entry, name, in: place)
        case .hardLink: try makeHardLink(entry, name, in: place)
        case .other(let flag):
            throw refusal(
                entry, "is of type '\(ByteString([flag]))', a device or unknown, which is never extracted")
        }
    }

    private func writeFile(
        _ entry: TarEntry, _ name: KernelPath, in place: Int32, _ reader: LayerReader
    ) throws(BundleError) {
        let file = try kernel(entry) { () throws(SyscallError) in
            try Files.open(
                name,
                Files.Flag.writeOnly | Files.Flag.create | Files.Flag.exclusive | Files.Flag.noFollow,
                mode: 0o600,
                in: place)
        }
        var hasHole = false
        while true {
            let piece = try reader.content()
            if piece.isEmpty { break }
            let isHole = piece.count >= 4096 && ZeroRun.holds(piece)
            try kernel(entry) { () throws(SyscallError) in
                if isHole {
                    try Files.seek(file.number, to: Int64(piece.count), whence: 1)
                } else {
                    try Files.writeAll(file.number, piece)
                }
            }
            hasHole = isHole || hasHole
        }
        if hasHole {
            try kernel(entry) { () throws(SyscallError) in
                try Files.setSize(file.number, to: entry.sizeInBytes)
            }
        }
        try finish(entry, name, in: place)
    }

    private mutating func makeDirectory(
        _ entry: TarEntry, _ name: KernelPath, in place: Int32
    ) throws(BundleError) {
        if implied.remove(entry.path) == nil {
            try kernel(entry) { () throws(SyscallError) in
                try Files.makeDirectory(name, mode: 0o700, in: place)
            }
        }
        try remember(entry)
    }

    /// Makes a second name for a file that this layer brought before.
    private func makeHardLink(_ entry: TarEntry, _ name: KernelPath, in place: Int32) throws(BundleError) {
        let target = try EntryPath.checked(entry.linkTarget, subject: subject)
        try kernel(entry) { () throws(SyscallError) in
            let file = try Files.openBeneath(
                KernelPath(target.isEmpty ? [UInt8(ascii: ".")] : target.bytes),
                Files.Flag.path | Files.Flag.noFollow, in: root)
            guard try Files.status(of: file.number).isRegular else {
                throw SyscallError(call: "linkat", code: Errno.invalid, subject: entry.path.description)
            }
            try Files.link(descriptor: file.number, to: name, in: place)
        }
    }

    /// Sets owner, mode and time of a finished entry. Owner first: chown(2) clears setuid bits. Time last.
    private func finish(_ entry: TarEntry, _ name: KernelPath, in place: Int32) throws(BundleError) {
        try kernel(entry) { () throws(SyscallError) in
            if options.preservesOwners {
                try Files.setOwner(name, in: place, user: entry.userID, group: entry.groupID)
            }
            if entry.kind != .symlink { try Files.setMode(name, in: place, mode(of: entry)) }
            try Files.setModificationTime(name, in: place, to: entry.modifiedAt)
        }
    }

    private func mode(of entry: TarEntry) -> UInt32 {
        if options.preservesSetuid { return entry.mode & 0o7777 }
        return entry.mode & (entry.kind == .directory ? 0o1777 : 0o777)
    }

    /// Directories get mode and time last: until then entries are made in them.
    private mutating func remember(_ entry: TarEntry) throws(BundleError) {
        try charge(entry.path)
        pending.append(PendingDirectory(path: entry.path, entry: entry))
    }

    /// Counts a directory whose name is kept in memory, before it is made.
    private mutating func charge(_ path: ByteString) throws(BundleError) {
        pendingBytes += path.count + 64
        guard pendingBytes <= limits.directoryNameBytes else {
            throw BundleError(
                .limitExceeded, subject, "its directories have too many and too long names",
                remedy: BundleError.doNotTrust)
        }
    }

    private mutating func finishDirectories() throws(BundleError) {
        parent = nil
        // Deepest first: afterwards a directory may be closed to us.
        for directory in pending.sorted(by: { LayerListing.precedes($1.path, $0.path) }) {
            let entry = directory.entry
            try kernel(entry) { () throws(SyscallError) in
                let path = entry.path.isEmpty ? [UInt8(ascii: ".")] : entry.path.bytes
                let handle = try Files.openBeneath(
                    KernelPath(path), Files.Flag.readOnly | Files.Flag.directory, in: root)
                if options.preservesOwners {
                    try Files.setOwner(".", in: handle.number, user: entry.userID, group: entry.groupID)
                }
                try Files.setModificationTime(".", in: handle.number, to: entry.modifiedAt)
                try Files.setMode(handle.number, mode(of: entry))
            }
        }
    }

    /// The descriptor of a directory of this layer; entries that follow each other mostly share it.
    private mutating func descriptor(
        of directory: ByteString, for entry: TarEntry
    ) throws(BundleError) -> Int32 {
        if directory.isEmpty { return root }
        if let parent, parentPath == directory { return parent.descriptor.number }
        let opened: OwnedDescriptor
        do throws(SyscallError) {
            opened = try Self.openDirectory(directory, below: root)
        } catch  where error.code == Errno.noEntry {
            opened = try makeMissing(directory, for: entry)
        } catch {
            throw Self.error(error, entry, subject)
        }
        let number = opened.number
        parent = Directory(opened)
        parentPath = directory
        return number
    }

    private static func openDirectory(
        _ path: ByteString, below root: Int32
    ) throws(SyscallError) -> OwnedDescriptor {
        try Files.openBeneath(KernelPath(path.bytes), Files.Flag.path | Files.Flag.directory, in: root)
    }

    /// Makes the directories above an entry that the layer does not list, mode 0755.
    private mutating func makeMissing(
        _ directory: ByteString, for entry: TarEntry
    ) throws(BundleError) -> OwnedDescriptor {
        var end = 0
        while end < directory.count {
            let slash = directory.bytes[(end + 1)...].firstIndex(of: UInt8(ascii: "/")) ?? directory.count
            let path = ByteString(Array(directory.bytes[..<slash]))
            let isThere = try kernel(entry) { () throws(SyscallError) -> Bool in
                do throws(SyscallError) {
                    _ = try Self.openDirectory(path, below: root)
                    return true
                } catch  where error.code == Errno.noEntry {
                    return false
                }
            }
            if !isThere {
                try charge(path)
                try kernel(entry) { () throws(SyscallError) in
                    let start = directory.bytes[..<slash].lastIndex(of: UInt8(ascii: "/"))
                    let name = KernelPath(directory.bytes[(start.map { $0 + 1 } ?? 0)..<slash])
                    if let start {
                        let above = try Self.openDirectory(
                            ByteString(Array(directory.bytes[..<start])), below: root)
                        try Files.makeDirectory(name, mode: 0o755, in: above.number)
                    } else {
                        try Files.makeDirectory(name, mode: 0o755, in: root)
                    }
                }
                implied.insert(path)
            }
            end = slash
        }
        return try kernel(entry) { () throws(SyscallError) in try Self.openDirectory(directory, below: root) }
    }

    private func kernel<Result: ~Copyable>(
        _ entry: TarEntry, _ body: () throws(SyscallError) -> Result
    ) throws(BundleError) -> Result {
        do { return try body() } catch { throw Self.error(error, entry, subject) }
    }

    private func refusal(_ entry: TarEntry, _ problem: String) -> BundleError {
        Self.refusal(entry, problem, subject)
    }

    private static func refusal(_ entry: TarEntry, _ problem: String, _ subject: String) -> BundleError {
        BundleError(
            .unsafeEntry, subject, "entry \"\(entry.path)\" \(problem)", remedy: BundleError.doNotTrust)
    }

    /// Says what an entry tried that the kernel refused.
    private static func error(_ error: SyscallError, _ entry: TarEntry, _ subject: String) -> BundleError {
        switch error.code {
        case Errno.exists: refusal(entry, "is there twice", subject)
        case Errno.tooManyLinks, Errno.crossDevice: refusal(entry, "leads through a symbolic link", subject)
        case Errno.notDirectory: refusal(entry, "lies below something that is no directory", subject)
        case Errno.noEntry where entry.kind == .hardLink, Errno.invalid where entry.kind == .hardLink:
            refusal(entry, "is a hard link to no file of this layer", subject)
        default: BundleError(error, writing: true, subject: "\(subject): \(entry.path)")
        }
    }
}
