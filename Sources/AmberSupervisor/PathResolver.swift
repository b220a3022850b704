package import AmberKernel

/// Resolves paths below a root directory as the kernel would, and remembers the symbolic links on the way.
///
/// Each component is looked at once (statx, readlinkat below the root's descriptor, never through a link), so that
/// the next path in the same directory costs one call. Mutations of links and directories clear what is remembered.
package struct PathResolver: ~Copyable {
    /// Where a path leads.
    package struct Resolution: Sendable {
        /// The path without links, `.` and `..`, absolute below the root; `/` for the root itself.
        package var path: [UInt8]
        /// What stands there, links not followed any further; nil where nothing does.
        package var status: FileStatus?
        /// errno where there is no status.
        package var error: Int32 = 0
    }

    /// A symbolic link that was crossed.
    package struct Link: Hashable, Sendable {
        /// Where it stands, resolved.
        package var path: [UInt8]
        /// Its text.
        package var target: [UInt8]
    }

    private static let slash = UInt8(ascii: "/")
    private static let mostLinks = 40  // MAXSYMLINKS, path_resolution(7)

    private let root: OwnedDescriptor
    private var directories: [[UInt8]: [UInt8]] = [:]
    /// Links crossed since the last `takeLinks()`.
    private var crossed: [Link] = []
    private var known: Set<[UInt8]> = []

    /// Takes over a directory (O_PATH is enough) as root.
    package init(root: consuming OwnedDescriptor) { self.root = root }

    /// The root's descriptor, borrowed.
    var rootNumber: Int32 { root.number }

    /// Resolves a path: `base` is where a relative one starts.
    package mutating func resolve(_ path: [UInt8], base: [UInt8], follow: Bool) -> Resolution {
        var links = 0
        return resolve(Self.join(base, path), follow: follow, links: &links)
    }

    /// The links that were crossed for the first time since the last call.
    package mutating func takeLinks() -> [Link] {
        defer { crossed = [] }
        return crossed
    }

    /// Forgets what is known about directories, because one of them or a link has changed.
    package mutating func forget() { directories.removeAll(keepingCapacity: true) }

    /// What stands at a resolved path.
    package func status(_ resolved: [UInt8]) -> FileStatus? {
        try? Files.status(Self.relative(resolved), in: root.number)
    }

    /// The text of a link at a resolved path.
    package func readLink(_ resolved: [UInt8]) -> [UInt8]? {
        try? Files.readLink(Self.relative(resolved), in: root.number)
    }

    /// Opens a resolved path below the root, never through a link.
    package func open(_ resolved: [UInt8], _ flags: Int32) throws(SyscallError) -> OwnedDescriptor {
        try Files.openBeneath(Self.relative(resolved), flags, in: root.number)
    }

    /// `base/path`, or `path` where it is absolute.
    package static func join(_ base: [UInt8], _ path: [UInt8]) -> [UInt8] {
        if path.first == slash { return path }
        return base + [slash] + path
    }

    /// The part before the last slash; empty for what stands in the root.
    package static func parent(of path: [UInt8]) -> [UInt8] {
        guard let last = path.lastIndex(of: slash) else { return [] }
        return Array(path[..<last])
    }

    private static func relative(_ resolved: [UInt8]) -> KernelPath {
        guard let first = resolved.firstIndex(where: { $0 != slash }) else { return "." }
        return KernelPath(resolved[first...])
    }

    private mutating func resolve(_ absolute: [UInt8], follow: Bool, links: inout Int) -> Resolution {
        var path = absolute
        while path.count > 1, path.last == Self.slash { path.removeLast() }
        let name = path[((path.lastIndex(of: Self.slash) ?? -1) + 1)...]
        if name.isEmpty || name.elementsEqual([46]) || name.elementsEqual([46, 46]) {
            let directory = resolveDirectory(path, links: &links)
            return stat(directory.isEmpty ? [Self.slash] : directory)
        }
        let parent = resolveDirectory(Self.parent(of: path), links: &links)
        let full = parent + [Self.slash] + name
        let found = stat(full)
        guard follow || absolute.last == Self.slash, let status = found.status, status.isSymlink else {
            return found
        }
        links += 1
        guard links <= Self.mostLinks, let target = cross(full) else {
            return Resolution(path: full, status: nil, error: Errno.tooManyLinks)
        }
        return resolve(Self.join(parent, target), follow: true, links: &links)
    }

    /// The directory that a prefix leads to, without a slash at its end; empty for the root.
    private mutating func resolveDirectory(_ prefix: [UInt8], links: inout Int) -> [UInt8] {
        if prefix.isEmpty || prefix == [Self.slash] { return [] }
        if let known = directories[prefix] { return known }
        var path = prefix
        while path.count > 1, path.last == Self.slash { path.removeLast() }
        let parent = resolveDirectory(Self.parent(of: path), links: &links)
        let name = path[((path.lastIndex(of: Self.slash) ?? -1) + 1)...]
        let resolved: [UInt8]
        if name.isEmpty || name.elementsEqual([46]) {
            resolved = parent
        } else if name.elementsEqual([46, 46]) {
            resolved = Self.parent(of: parent)
        } else {
            resolved = enter(parent + [Self.slash] + name, parent: parent, links: &links)
        }
        if directories.count > 20000 { directories.removeAll(keepingCapacity: true) }
        directories[prefix] = resolved
        return resolved
    }

    private mutating func enter(_ full: [UInt8], parent: [UInt8], links: inout Int) -> [UInt8] {
        // The kernel's own links (/proc/self, /proc/PID/cwd) lead somewhere else for each reader: left as they are.
        if full.starts(with: Self.processes) { return full }
        guard let status = stat(full).status, status.isSymlink else { return full }
        links += 1
        guard links <= Self.mostLinks, let target = cross(full) else { return full }
        return resolveDirectory(Self.join(parent, target), links: &links)
    }

    private static let processes = Array("/proc/".utf8)

    private func stat(_ path: [UInt8]) -> Resolution {
        do {
            return Resolution(path: path, status: try Files.status(Self.relative(path), in: root.number))
        } catch {
            return Resolution(path: path, status: nil, error: error.code)
        }
    }

    private mutating func cross(_ path: [UInt8]) -> [UInt8]? {
        guard let target = try? Files.readLink(Self.relative(path), in: root.number) else { return nil }
        if known.insert(path).inserted { crossed.append(Link(path: path, target: target)) }
        return target
    }
}
