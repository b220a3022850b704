import CLinux
import Glibc

/// Calls on files; every function is one kernel call, or a loop of one.
///
/// `directory` is a borrowed descriptor number that relative paths start from; `Files.here` is the working directory.
package enum Files {
    /// AT_FDCWD: relative paths start from the working directory.
    package static let here: Int32 = AT_FDCWD

    /// Flags of open(2), for callers that do not import Glibc.
    package enum Flag {
        package static let readOnly = O_RDONLY
        package static let writeOnly = O_WRONLY
        package static let readWrite = O_RDWR
        package static let create = O_CREAT
        package static let exclusive = O_EXCL
        package static let truncate = O_TRUNC
        package static let append = O_APPEND
        package static let directory = O_DIRECTORY
        package static let noFollow = O_NOFOLLOW
        package static let nonBlocking = O_NONBLOCK
        package static let noControllingTerminal = O_NOCTTY
        /// O_PATH: a place in the tree, not its content (Linux 2.6.39).
        package static let path: Int32 = 0o10000000
        /// O_TMPFILE: a nameless file in the directory (Linux 3.11).
        package static let temporary: Int32 = 0o20200000
    }

    /// How openat2(2) may walk.
    package enum Resolve {
        package static let noMagicLinks: UInt64 = 0x02
        package static let noSymlinks: UInt64 = 0x04
        package static let beneath: UInt64 = 0x08
        package static let inRoot: UInt64 = 0x10
    }

    /// Opens a file, close-on-exec.
    package static func open(
        _ path: KernelPath, _ flags: Int32, mode: UInt32 = 0o666, in directory: Int32 = here
    ) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            adopting: try check("openat", on: path.description) { amber_openat(directory, path.terminated, flags, mode) })
    }

    /// Opens `path` below `directory`, close-on-exec, walking only as `resolve` allows.
    ///
    /// - Throws: `SyscallError`: EXDEV if the path would leave the directory, ELOOP if a link is in the way.
    ///
    /// Source: openat2(2), Linux 5.6 or later.
    package static func openBeneath(
        _ path: KernelPath, _ flags: Int32, mode: UInt32 = 0, in directory: Int32,
        resolve: UInt64 = Resolve.beneath | Resolve.noSymlinks
    ) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            adopting: try check("openat2", on: path.description) {
                amber_openat2(directory, path.terminated, UInt64(UInt32(bitPattern: flags)), mode, resolve)
            })
    }

    /// Describes what stands at a path; `following` tells whether a last symbolic link is followed.
    package static func status(
        _ path: KernelPath, in directory: Int32 = here, following: Bool = false
    ) throws(SyscallError) -> FileStatus {
        var raw = amber_status()
        _ = try check("statx", on: path.description) {
            amber_statx(directory, path.terminated, following ? 0 : AT_SYMLINK_NOFOLLOW, &raw)
        }
        return FileStatus(raw)
    }

    /// Describes an open file.
    package static func status(of descriptor: Int32) throws(SyscallError) -> FileStatus {
        var raw = amber_status()
        _ = try check("statx", on: "descriptor \(descriptor)") {
            amber_statx(descriptor, "", AT_EMPTY_PATH_FLAG, &raw)
        }
        return FileStatus(raw)
    }

    private static let AT_EMPTY_PATH_FLAG: Int32 = 0x1000

    /// Reads at most `buffer.count` bytes; 0 at the end of the file.
    package static func read(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SyscallError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        return try check("read", on: "descriptor \(descriptor)") { amber_read(descriptor, base, buffer.count) }
    }

    /// Reads at most `buffer.count` bytes from an offset, leaving the file's position alone.
    package static func read(
        _ descriptor: Int32, at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SyscallError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        return try check("pread", on: "descriptor \(descriptor)") {
            amber_pread(descriptor, base, buffer.count, offset)
        }
    }

    /// Reads a file from its present position to its end, but never more than `limit` bytes.
    ///
    /// - Throws: `SyscallError`: EFBIG where the file is longer than `limit`.
    package static func readAll(_ descriptor: Int32, limit: Int) throws(SyscallError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, 65536))
        while true {
            let count = try readChunk(descriptor, &chunk)
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit {
                throw SyscallError(call: "read", code: EFBIG, subject: "descriptor \(descriptor)")
            }
        }
    }

    private static func readChunk(_ descriptor: Int32, _ chunk: inout [UInt8]) throws(SyscallError) -> Int {
        let size = chunk.count
        return try check("read", on: "descriptor \(descriptor)") { amber_read(descriptor, &chunk, size) }
    }

    /// Reads a whole file by name, but never more than `limit` bytes.
    package static func contents(
        _ path: KernelPath, in directory: Int32 = here, limit: Int
    ) throws(SyscallError) -> [UInt8] {
        let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, in: directory)
        return try readAll(file.number, limit: limit)
    }

    /// Writes every byte.
    package static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(SyscallError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = try check("write", on: "descriptor \(descriptor)") {
                amber_write(descriptor, base, rest.count)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Writes every byte of an array.
    package static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws(SyscallError) {
        var offset = 0
        while offset < bytes.count {
            offset += try check("write", on: "descriptor \(descriptor)") {
                bytes.withUnsafeBytes { amber_write(descriptor, $0.baseAddress.unsafelyUnwrapped + offset, $0.count - offset) }
            }
        }
    }

    /// Makes what was written durable.
    package static func synchronize(_ descriptor: Int32) throws(SyscallError) {
        _ = try check("fsync", on: "descriptor \(descriptor)") { amber_fsync(descriptor) }
    }

    /// Moves a file's position; `whence` is 0 from the start, 1 from here, 2 from the end.
    @discardableResult
    package static func seek(_ descriptor: Int32, to offset: Int64, whence: Int32 = 0) throws(SyscallError) -> Int64 {
        try check("lseek", on: "descriptor \(descriptor)") { amber_lseek(descriptor, offset, whence) }
    }

    /// Sets a file's length; what is added reads as zeros and takes no space.
    package static func setSize(_ descriptor: Int32, to size: UInt64) throws(SyscallError) {
        _ = try check("ftruncate", on: "descriptor \(descriptor)") {
            amber_ftruncate(descriptor, Int64(clamping: size))
        }
    }

    /// Reads the text of a symbolic link, at most 4095 bytes.
    package static func readLink(_ path: KernelPath, in directory: Int32 = here) throws(SyscallError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = try check("readlinkat", on: path.description) {
            amber_readlinkat(directory, path.terminated, &buffer, 4096)
        }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    /// Makes a directory.
    package static func makeDirectory(
        _ path: KernelPath, mode: UInt32 = 0o777, in directory: Int32 = here
    ) throws(SyscallError) {
        _ = try check("mkdirat", on: path.description) { amber_mkdirat(directory, path.terminated, mode) }
    }

    /// Makes a directory and those above it that are missing.
    package static func makeDirectories(_ path: String, mode: UInt32 = 0o777) throws(SyscallError) {
        do {
            try makeDirectory(KernelPath(path), mode: mode)
        } catch where error.code == EEXIST {
            return
        } catch where error.code == ENOENT {
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw error }
            try makeDirectories(String(path[..<slash]), mode: mode)
            do { try makeDirectory(KernelPath(path), mode: mode) } catch where error.code == EEXIST {}
        }
    }

    /// Makes a symbolic link.
    package static func makeSymlink(
        to target: KernelPath, at path: KernelPath, in directory: Int32 = here
    ) throws(SyscallError) {
        _ = try check("symlinkat", on: path.description) {
            amber_symlinkat(target.terminated, directory, path.terminated)
        }
    }

    /// Makes a FIFO or socket node; `mode` holds type and permissions.
    package static func makeNode(_ path: KernelPath, mode: UInt32, in directory: Int32 = here) throws(SyscallError) {
        _ = try check("mknodat", on: path.description) { amber_mknodat(directory, path.terminated, mode) }
    }

    /// Removes a name; `isDirectory` for rmdir.
    package static func remove(
        _ path: KernelPath, in directory: Int32 = here, isDirectory: Bool = false
    ) throws(SyscallError) {
        _ = try check("unlinkat", on: path.description) {
            amber_unlinkat(directory, path.terminated, isDirectory ? 0x200 : 0)
        }
    }

    /// Renames; `isExclusive` refuses to replace (RENAME_NOREPLACE, Linux 3.15).
    package static func rename(
        _ old: KernelPath, in oldDirectory: Int32 = here, to new: KernelPath, in directory: Int32 = here,
        isExclusive: Bool = false
    ) throws(SyscallError) {
        _ = try check("renameat2", on: new.description) {
            amber_renameat2(oldDirectory, old.terminated, directory, new.terminated, isExclusive ? 1 : 0)
        }
    }

    /// Gives a nameless file (O_TMPFILE) its name, or a file a second one.
    package static func link(descriptor: Int32, to path: KernelPath, in directory: Int32 = here) throws(SyscallError) {
        let source = KernelPath("/proc/self/fd/\(descriptor)")
        _ = try check("linkat", on: path.description) {
            amber_linkat(here, source.terminated, directory, path.terminated, 0x400)  // AT_SYMLINK_FOLLOW
        }
    }

    /// Sets permissions of an open file.
    package static func setMode(_ descriptor: Int32, _ mode: UInt32) throws(SyscallError) {
        _ = try check("fchmod", on: "descriptor \(descriptor)") { amber_fchmod(descriptor, mode) }
    }

    /// Sets permissions by name, following links.
    package static func setMode(_ path: KernelPath, in directory: Int32 = here, _ mode: UInt32) throws(SyscallError) {
        _ = try check("fchmodat", on: path.description) { amber_fchmodat(directory, path.terminated, mode) }
    }

    /// Sets the owner, never following a last link.
    package static func setOwner(
        _ path: KernelPath, in directory: Int32 = here, user: UInt32, group: UInt32
    ) throws(SyscallError) {
        _ = try check("fchownat", on: path.description) {
            amber_fchownat(directory, path.terminated, user, group, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Sets both times, never following a last link.
    package static func setModificationTime(
        _ path: KernelPath, in directory: Int32 = here, to time: Int64
    ) throws(SyscallError) {
        _ = try check("utimensat", on: path.description) {
            amber_utimens(directory, path.terminated, time, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Lists a directory's names without `.` and `..`, in the file system's order.
    ///
    /// - Parameters:
    ///   - descriptor: An open directory, borrowed; its position moves to the end.
    ///   - limit: Most names to return; the listing stops there.
    package static func names(of descriptor: Int32, limit: Int = .max) throws(SyscallError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let size = buffer.count
            let count = try check("getdents64", on: "descriptor \(descriptor)") {
                amber_getdents(descriptor, &buffer, size)
            }
            if count == 0 { return names }
            var start = 0
            while start < count {
                // struct linux_dirent64 (getdents(2)): d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name.
                let length = Int(buffer[start + 16]) | Int(buffer[start + 17]) << 8
                let name = buffer[(start + 19)..<(start + length)].prefix { $0 != 0 }
                if !name.elementsEqual([46]), !name.elementsEqual([46, 46]) {
                    if names.count == limit { return names }
                    names.append(Array(name))
                }
                start += length
            }
        }
    }

    /// Copies a file's whole content, sharing its blocks where the file system can (FICLONE, copy_file_range(2)).
    ///
    /// Costs nothing on btrfs and XFS, a copy elsewhere. Both positions move to the end.
    ///
    /// - Returns: Bytes copied; at most `limit`.
    package static func copy(
        from source: Int32, to destination: Int32, limit: UInt64 = .max
    ) throws(SyscallError) -> UInt64 {
        if limit == .max, amber_ficlone(source, destination) == 0 {
            return try status(of: destination).sizeInBytes
        }
        var total: UInt64 = 0
        while total < limit {
            let step = Int(min(limit - total, 1 << 30))
            let count = amber_copy_file_range(source, destination, step)
            if count == 0 { break }
            if count == -Int(EINTR) { continue }
            if count < 0 {
                // QUIRK: copy_file_range fails with EXDEV before 5.3, and with EINVAL or EOPNOTSUPP for files of
                // /proc and some FUSE file systems (copy_file_range(2)). We copy by hand. Remove when neither happens.
                return total + (try copyByHand(from: source, to: destination, limit: limit - total))
            }
            total += UInt64(count)
        }
        // QUIRK: copy_file_range returns 0 at once for pseudo-files that claim size 0 (5.3 to 5.18, LWN 846403).
        if total == 0, limit > 0 { return try copyByHand(from: source, to: destination, limit: limit) }
        return total
    }

    private static func copyByHand(
        from source: Int32, to destination: Int32, limit: UInt64
    ) throws(SyscallError) -> UInt64 {
        var chunk = [UInt8](repeating: 0, count: 1 << 17)
        var total: UInt64 = 0
        while total < limit {
            let size = Int(min(limit - total, UInt64(chunk.count)))
            let count = try check("read", on: "descriptor \(source)") { amber_read(source, &chunk, size) }
            if count == 0 { break }
            try writeAll(destination, Array(chunk[..<count]))
            total += UInt64(count)
        }
        return total
    }

    /// Space on a file system: what an ordinary user may still write, and its whole size, in bytes.
    package static func space(of descriptor: Int32) throws(SyscallError) -> (free: UInt64, total: UInt64) {
        var free: UInt64 = 0
        var total: UInt64 = 0
        var type: Int64 = 0
        _ = try check("fstatfs", on: "descriptor \(descriptor)") { amber_statfs(descriptor, &free, &total, &type) }
        return (free, total)
    }

    /// Makes a nameless file in memory (memfd_create(2)).
    package static func makeMemoryFile(_ name: String) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try check("memfd_create", on: name) { amber_memfd_create(name) })
    }

    /// Duplicates a descriptor, close-on-exec.
    package static func duplicate(_ descriptor: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try check("fcntl", on: "descriptor \(descriptor)") { amber_dup(descriptor) })
    }

    /// Waits for an advisory lock (flock(2)); released when the descriptor closes.
    package static func lock(_ descriptor: Int32, isShared: Bool = false) throws(SyscallError) {
        _ = try check("flock", on: "descriptor \(descriptor)") { amber_flock(descriptor, isShared ? LOCK_SH : LOCK_EX) }
    }

    /// Removes a tree below a directory, never following links and never leaving the file tree.
    package static func removeTree(_ path: KernelPath, in directory: Int32 = here) throws(SyscallError) {
        do {
            try remove(path, in: directory)
            return
        } catch where error.code == EISDIR || error.code == EPERM {
        } catch where error.code == ENOENT {
            return
        }
        do {
            let tree = try open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, in: directory)
            try empty(tree)
        } catch where error.code == EACCES {
            try setMode(path, in: directory, 0o700)
            let tree = try open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, in: directory)
            try empty(tree)
        }
        try remove(path, in: directory, isDirectory: true)
    }

    private static func empty(_ tree: borrowing OwnedDescriptor) throws(SyscallError) {
        let names = try names(of: tree.number)
        if !names.isEmpty, let status = try? status(of: tree.number), status.mode & 0o700 != 0o700 {
            try setMode(tree.number, 0o700)
        }
        for name in names { try removeTree(KernelPath(name), in: tree.number) }
    }
}

extension Files {
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    /// Copies a file's data, leaving its holes out, to a place in another file.
    ///
    /// - Returns: The length in bytes, holes included.
    ///
    /// Source: lseek(2), SEEK_DATA and SEEK_HOLE, Linux 3.1.
    package static func copyData(
        from source: Int32, to destination: Int32, at start: UInt64, size: UInt64
    ) throws(SyscallError) -> UInt64 {
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        var offset: Int64 = 0
        while offset < Int64(clamping: size) {
            let data = amber_lseek(source, offset, seekData)
            if data == -Int64(Errno.noSuchDevice) { break }  // ENXIO: nothing but a hole up to the end
            let begin = data < 0 ? offset : data
            let hole = data < 0 ? -1 : amber_lseek(source, begin, seekHole)
            let end = min(hole < 0 ? Int64(clamping: size) : hole, Int64(clamping: size))
            offset = try copyStretch(
                from: source, begin..<max(begin, end), to: destination, at: Int64(clamping: start), &buffer)
            if offset < end { return UInt64(offset) }  // it has become shorter
        }
        try setSizeAtLeast(destination, start + size)
        return size
    }

    private static func copyStretch(
        from source: Int32, _ range: Range<Int64>, to destination: Int32, at start: Int64, _ buffer: inout [UInt8]
    ) throws(SyscallError) -> Int64 {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let size = Int(min(range.upperBound - offset, Int64(buffer.count)))
            let count = try check("pread", on: "descriptor \(source)") { amber_pread(source, &buffer, size, offset) }
            if count == 0 { return offset }
            var written = 0
            while written < count {
                written += try check("pwrite", on: "descriptor \(destination)") {
                    buffer.withUnsafeBytes {
                        amber_pwrite(
                            destination, $0.baseAddress.unsafelyUnwrapped + written, count - written,
                            start + offset + Int64(written))
                    }
                }
            }
            offset += Int64(count)
        }
        return offset
    }

    private static func setSizeAtLeast(_ descriptor: Int32, _ size: UInt64) throws(SyscallError) {
        if try status(of: descriptor).sizeInBytes < size { try setSize(descriptor, to: size) }
    }
}

extension Files {
    /// Tells whether this process may execute a file (faccessat(2), X_OK with AT_EACCESS).
    package static func mayExecute(_ path: KernelPath) -> Bool { amber_faccessat(here, path.terminated, 1) == 0 }

    /// Tells whether this process may write to a file or directory.
    package static func mayWrite(_ path: KernelPath) -> Bool { amber_faccessat(here, path.terminated, 2) == 0 }

    /// The working directory, as /proc/self/cwd has it.
    package static func workingDirectory() throws(SyscallError) -> [UInt8] { try readLink("/proc/self/cwd") }
}

extension Files {
    /// The magic number of a file system (statfs(2)).
    package static func fileSystemType(of descriptor: Int32) throws(SyscallError) -> Int64 {
        var free: UInt64 = 0
        var total: UInt64 = 0
        var type: Int64 = 0
        _ = try check("fstatfs", on: "descriptor \(descriptor)") { amber_statfs(descriptor, &free, &total, &type) }
        return type
    }
}

extension Files {
    /// Makes a directory unless one is there; false where it was.
    @discardableResult
    package static func ensureDirectory(
        _ path: KernelPath, mode: UInt32, in directory: Int32 = here
    ) throws(SyscallError) -> Bool {
        do {
            try makeDirectory(path, mode: mode, in: directory)
            return true
        } catch where error.code == EEXIST {
            return false
        }
    }

    /// Renames unless the new name is taken; false where it is.
    package static func renameIfFree(_ old: KernelPath, to new: KernelPath) throws(SyscallError) -> Bool {
        do {
            try rename(old, to: new, isExclusive: true)
            return true
        } catch where error.code == EEXIST {
            return false
        }
    }
}
