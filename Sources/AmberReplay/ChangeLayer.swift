import AmberKernel
import AmberModel

/// Builds the layer of the caller's own files, above the bundle's.
struct ChangeLayer {
    /// Where it is built.
    let directory: String
    /// The bundle's layers, topmost first.
    let layers: [String]

    /// Puts a file of this machine at a place inside, following the bundle's own symbolic links.
    func add(_ replacement: ReplayConfiguration.Replacement) throws {
        guard replacement.path.bytes.first == UInt8(ascii: "/") else {
            throw ReplayError(
                .replacement, "'\(replacement.path)' is no absolute path",
                remedy: "Write --with-file /path/inside=local-file.")
        }
        let place = resolve(replacement.path.bytes)
        let source = try open(replacement.source)
        let status = try Files.status(of: source.number)
        guard status.isRegular else {
            throw ReplayError(
                .replacement, "'\(replacement.source)' is no regular file",
                remedy: "Name a file after the `=`.")
        }
        try makeParents(of: place)
        let target = KernelPath(Array(directory.utf8) + place)
        let file = try Files.open(
            target, Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate | Files.Flag.noFollow,
            mode: 0o600)
        _ = try Files.copy(from: source.number, to: file.number)
        let old = existing(place)
        try Files.setMode(file.number, (old?.mode ?? status.mode) & 0o777)
        if let old { try? Files.setOwner(target, user: old.userID, group: old.groupID) }
    }

    /// Puts a recorded file at its place, with its owner, permissions and time.
    func add(_ record: StateRecord, content: consuming OwnedDescriptor) throws {
        let place = resolve(record.path.bytes)
        try makeParents(of: place)
        let target = KernelPath(Array(directory.utf8) + place)
        let file = try make(target)
        _ = try Files.copy(from: content.number, to: file.number)
        try Files.setMode(file.number, record.mode & 0o7777)
        try? Files.setOwner(target, user: record.userID, group: record.groupID)
        try? Files.setModificationTime(target, to: record.modifiedAt)
    }

    /// Puts an empty file over one of the layers'.
    func addEmpty(_ path: ByteString) throws {
        let place = resolve(path.bytes)
        try makeParents(of: place)
        let target = KernelPath(Array(directory.utf8) + place)
        let file = try make(target)
        if let old = existing(place) {
            try Files.setMode(file.number, old.mode & 0o777)
            try? Files.setOwner(target, user: old.userID, group: old.groupID)
        }
    }

    /// One of the layers has something there.
    func holds(_ path: ByteString) -> Bool { existing(resolve(path.bytes)) != nil }

    private func make(_ target: KernelPath) throws(SyscallError) -> OwnedDescriptor {
        try Files.open(
            target, Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate | Files.Flag.noFollow,
            mode: 0o600)
    }

    /// A file's bytes as the replay would see them; nil where no layer has them, or not as a regular file.
    func contents(_ path: [UInt8], limit: Int) -> [UInt8]? {
        for layer in [directory] + layers {
            // A layer comes from a stranger: nothing is read through a link of it.
            guard let root = try? Files.open(KernelPath(layer), Files.Flag.path | Files.Flag.directory),
                let file = try? Files.openBeneath(
                    KernelPath(Array(path.dropFirst())), Files.Flag.readOnly | Files.Flag.nonBlocking,
                    in: root.number),
                (try? Files.status(of: file.number))?.isRegular == true
            else { continue }
            return try? Files.readAll(file.number, limit: limit)
        }
        return nil
    }

    /// Puts bytes at a place inside, with the looks of what stands there.
    func put(_ bytes: [UInt8], at path: [UInt8]) throws {
        let place = resolve(path)
        try makeParents(of: place)
        let target = KernelPath(Array(directory.utf8) + place)
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate | Files.Flag.noFollow
        let file = try Files.open(target, flags, mode: 0o600)
        try Files.writeAll(file.number, bytes)
        let old = existing(place)
        try Files.setMode(file.number, (old?.mode ?? 0o644) & 0o777)
        guard let old else { return }
        try? Files.setOwner(target, user: old.userID, group: old.groupID)
        try? Files.setModificationTime(target, to: old.modifiedAt)
    }

    private func open(_ path: String) throws(ReplayError) -> OwnedDescriptor {
        do {
            return try Files.open(KernelPath(path), Files.Flag.readOnly | Files.Flag.nonBlocking)
        } catch {
            throw ReplayError(
                .replacement, "'\(path)' cannot be read: \(Errno.text(of: error.code))",
                remedy: "Name a file of this machine after the `=`.")
        }
    }

    /// Directories on the way take their looks from the layer that has them: a higher one would hide those.
    private func makeParents(of path: [UInt8]) throws {
        var prefix: [UInt8] = []
        for part in path.split(separator: UInt8(ascii: "/")).dropLast() {
            prefix += [UInt8(ascii: "/")] + part
            let target = KernelPath(Array(directory.utf8) + prefix)
            guard try Files.ensureDirectory(target, mode: 0o755), let old = existing(prefix) else { continue }
            try Files.setMode(target, old.mode & 0o7777)
            try? Files.setOwner(target, user: old.userID, group: old.groupID)
            try? Files.setModificationTime(target, to: old.modifiedAt)
        }
    }

    private func existing(_ path: [UInt8]) -> FileStatus? {
        layers.lazy.compactMap { try? Files.status(KernelPath(Array($0.utf8) + path)) }.first
    }

    private func resolve(_ path: [UInt8], depth: Int = 0) -> [UInt8] {
        var resolved: [UInt8] = []
        let parts = path.split(separator: UInt8(ascii: "/")).map { Array($0) }
        for (index, part) in parts.enumerated() {
            if part == [0x2E] { continue }
            if part == [0x2E, 0x2E] {
                resolved = Array(resolved[..<(resolved.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
                continue
            }
            let next = resolved + [UInt8(ascii: "/")] + part
            guard let status = existing(next), status.isSymlink, depth < 40, let target = link(next) else {
                resolved = next
                continue
            }
            let rest = parts[(index + 1)...].flatMap { [UInt8(ascii: "/")] + $0 }
            let start = target.first == UInt8(ascii: "/") ? target : resolved + [UInt8(ascii: "/")] + target
            return resolve(start + rest, depth: depth + 1)
        }
        return resolved
    }

    private func link(_ path: [UInt8]) -> [UInt8]? {
        layers.lazy.compactMap { try? Files.readLink(KernelPath(Array($0.utf8) + path)) }.first
    }
}
