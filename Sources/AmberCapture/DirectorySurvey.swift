import AmberBundle
import AmberKernel
import AmberModel
import AmberSupervisor

/// Lists the directories that the run touched, as they were before it: what it made is left out, what it removed is
/// put back.
///
/// A path that a program only stats is never notified; the listing of its directory answers for it. So the listing
/// covers every directory on the way of a touched path, the directories beside touched files, and the trees around the
/// working directory and the program's own files, within limits.
struct DirectorySurvey {
    /// Most entries of one directory.
    static let mostEntries = 20_000
    /// Most directories that are listed although nothing in them was opened.
    static let mostNeighbours = 2_000
    /// How deep trees are followed below the working directory and the program's own files.
    static let neighbourDepth = 8
    /// Most entries of all the directories beside touched files, and of one of them.
    static let mostChildEntries = (total: 10_000, directory: 512)

    /// The directories on the way of touched paths.
    struct Touched: Sendable {
        /// Their lines; an empty one where a directory has none.
        var lines: [[UInt8]: [UInt8]] = [:]
        /// Directories beside touched files: what a program asks for there is seldom opened.
        var children: [[UInt8]] = []
    }

    let observation: Observation
    /// Touched files by directory, those that the run changed.
    private let changes: [[UInt8]: [TouchedFile]]

    init(observation: Observation) {
        self.observation = observation
        var changes: [[UInt8]: [TouchedFile]] = [:]
        for file in observation.files where !file.uses.isDisjoint(with: .changes) {
            changes[PathResolver.parent(of: observation.paths[file.path]), default: []].append(file)
        }
        self.changes = changes
    }

    /// Lists the directories on the way of touched paths.
    func touched() -> Touched {
        var wanted: Set<[UInt8]> = []
        var own: Set<[UInt8]> = []
        for file in observation.files {
            let path = observation.paths[file.path]
            guard path.first == UInt8(ascii: "/"), Self.isListed(path) else { continue }
            if file.status?.isDirectory ?? false { wanted.insert(path) }
            if file.status?.isRegular ?? false { own.insert(PathResolver.parent(of: path)) }
            addParents(of: path, to: &wanted)
        }
        var touched = Touched()
        var line = RecordLine()
        for directory in wanted {
            if let record = list(directory) {
                if own.contains(directory), Self.isNarrow(directory) {
                    touched.children += Self.children(record)
                }
                line.append(record)
            }
            touched.lines[directory] = line.takeExactly()
        }
        return touched
    }

    private static func children(_ record: DirectoryRecord) -> [[UInt8]] {
        record.entries.compactMap { entry in
            guard entry.metadata?.kind == .directory else { return nil }
            return record.path.bytes + [UInt8(ascii: "/")] + entry.name.bytes
        }
    }

    /// The lines of all directories, in byte order of their paths.
    ///
    /// - Parameters:
    ///   - touched: What `touched()` gave.
    ///   - roots: Directories whose trees are listed as neighbours.
    ///   - named: Other paths whose directories are listed.
    /// - Returns: The lines as they stand in a bundle.
    func lines(touched: Touched, roots: [[UInt8]], named: [[UInt8]]) -> [UInt8] {
        var wanted = Set(touched.lines.keys)
        for path in named + roots {
            let isDirectory = (try? Files.status(KernelPath(path)))?.isDirectory ?? false
            addParents(of: isDirectory ? path + Array("/.".utf8) : path, to: &wanted)
        }
        addNeighbours(of: roots, to: &wanted)
        addChildren(touched.children, to: &wanted)
        var lines: [UInt8] = []
        var line = RecordLine()
        for directory in wanted.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            if let known = touched.lines[directory] {
                lines += known
            } else if let record = list(directory) {
                line.append(record)
                lines += line.takeExactly()
            }
        }
        return lines
    }

    private func addParents(of path: [UInt8], to wanted: inout Set<[UInt8]>) {
        var path = path
        while let slash = path.lastIndex(of: UInt8(ascii: "/")) {
            path = Array(path[..<slash])
            if !wanted.insert(path).inserted || path.isEmpty { return }
        }
    }

    private func addNeighbours(of roots: [[UInt8]], to wanted: inout Set<[UInt8]>) {
        var queue = roots.map { ($0, 0) }
        var position = 0
        var count = 0
        while position < queue.count, count < Self.mostNeighbours {
            let (directory, depth) = queue[position]
            position += 1
            guard depth < Self.neighbourDepth, let tree = Self.open(directory),
                let names = try? Files.names(of: tree.number, limit: 1000)
            else { continue }
            for name in names {
                guard let status = try? Files.status(KernelPath(name), in: tree.number), status.isDirectory
                else {
                    continue
                }
                let child = directory + [UInt8(ascii: "/")] + name
                count += 1
                wanted.insert(child)
                queue.append((child, depth + 1))
                if count >= Self.mostNeighbours { break }
            }
        }
    }

    private func addChildren(_ children: [[UInt8]], to wanted: inout Set<[UInt8]>) {
        var room = Self.mostChildEntries.total
        for child in children.sorted(by: { $0.lexicographicallyPrecedes($1) }) where !wanted.contains(child) {
            let limit = Self.mostChildEntries.directory
            guard let tree = Self.open(child),
                let names = try? Files.names(of: tree.number, limit: limit + 1),
                names.count <= min(limit, room)
            else { continue }
            room -= names.count
            wanted.insert(child)
        }
    }

    private static func open(_ path: [UInt8]) -> OwnedDescriptor? {
        try? Files.open(
            KernelPath(path.isEmpty ? [UInt8(ascii: "/")] : path),
            Files.Flag.readOnly | Files.Flag.directory | Files.Flag.nonBlocking)
    }

    /// Trees that belong to everybody are not a program's neighbourhood.
    static func isNarrow(_ directory: [UInt8]) -> Bool {
        let wide: Set<String> = [
            "", "/", "/tmp", "/var", "/var/lib", "/var/tmp", "/home", "/root", "/usr", "/usr/bin",
            "/usr/sbin",
            "/usr/lib", "/usr/lib64", "/usr/share", "/usr/local", "/usr/local/lib", "/etc", "/run", "/opt",
            "/srv",
            "/dev", "/mnt", "/media", "/boot",
        ]
        let path = String(decoding: directory, as: UTF8.self)
        // Debian's and its children's /usr/lib/x86_64-linux-gnu.
        return !wide.contains(path) && !(path.hasPrefix("/usr/lib/") && path.hasSuffix("-linux-gnu"))
    }

    /// What the kernel makes up has no listing, but for sysfs: programs count processors and disks there.
    private static func isListed(_ path: [UInt8]) -> Bool {
        !FileSelection.isPseudo(path) || KernelFiles.isSystem(path)
    }

    /// Tells whether the run made a directory, or one that it is in: a tree that was renamed was never touched as such.
    private func isMade(_ path: [UInt8]) -> Bool {
        var path = path
        while !path.isEmpty {
            if let touched = observation.file(at: path), touched.status == nil { return true }
            path = PathResolver.parent(of: path)
            if path.elementsEqual("/".utf8) { break }
        }
        return false
    }

    private func list(_ path: [UInt8]) -> DirectoryRecord? {
        let touched = observation.file(at: path)
        if isMade(path) { return nil }
        if !Self.isListed(path + [UInt8(ascii: "/")]) { return nil }
        var entries: [[UInt8]: FileMetadata?] = [:]
        var isTruncated = false
        var metadata = touched?.status.flatMap { FileMetadata($0) }
        if let tree = Self.open(observation.location(of: path, since: touched?.event ?? 0)) {
            let names = (try? Files.names(of: tree.number, limit: Self.mostEntries + 1)) ?? []
            isTruncated = names.count > Self.mostEntries
            let isSystem = KernelFiles.isSystem(path + [UInt8(ascii: "/")])
            for name in names.prefix(Self.mostEntries) {
                let metadata = Self.metadata(of: name, in: tree.number)
                // Whatever nobody read of sysfs is of this machine only: a control group, a device. Better missing.
                if isSystem, metadata?.kind == .file,
                    observation.file(at: path + [UInt8(ascii: "/")] + name) == nil
                {
                    continue
                }
                entries.updateValue(metadata, forKey: name)
            }
            metadata = metadata ?? (try? Files.status(of: tree.number)).flatMap { FileMetadata($0) }
        }
        for file in changes[path] ?? [] { restore(file, in: &entries) }
        guard let metadata, metadata.kind == .directory else { return nil }
        let sorted = entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return DirectoryRecord(
            path: ByteString(path.isEmpty ? [UInt8(ascii: "/")] : path), metadata: metadata,
            entries: sorted.map { DirectoryRecord.Entry(name: ByteString($0.key), metadata: $0.value) },
            isTruncated: isTruncated)
    }

    private static func metadata(of name: [UInt8], in directory: Int32) -> FileMetadata? {
        guard let status = try? Files.status(KernelPath(name), in: directory) else { return nil }
        let target = status.isSymlink ? try? Files.readLink(KernelPath(name), in: directory) : nil
        return FileMetadata(status, linkTarget: target)
    }

    private func restore(_ file: TouchedFile, in entries: inout [[UInt8]: FileMetadata?]) {
        let path = observation.paths[file.path]
        let name = Array(path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
        guard let status = file.status else {
            entries.removeValue(forKey: name)
            return
        }
        let target = file.target >= 0 ? observation.paths[file.target] : nil
        entries.updateValue(FileMetadata(status, linkTarget: target), forKey: name)
    }
}
