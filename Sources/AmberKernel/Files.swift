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
            adopting: try check("openat", on: path.description) {
                amber_openat(directory, path.terminated, flags, mode)
            })
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
        return try check("read", on: "descriptor \(descriptor)") {
            amber_read(descriptor, base, buffer.count)
        }
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
        // Most files that are read whole are small: a large buffer would cost more than the reading.
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, 4096))
        while true {
            let count = try readChunk(descriptor, &chunk)
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            if count == chunk.count, count == 4096 { chunk = [UInt8](repeating: 0, count: 65536) }
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
                bytes.withUnsafeBytes {
                    amber_write(descriptor, $0.baseAddress.unsafelyUnwrapped + offset, $0.count - offset)
                }
            }
        }
    }

    /// Makes what was written durable.
    package static func synchronize(_ descriptor: Int32) throws(SyscallError) {
        _ = try check("fsync", on: "descriptor \(descriptor)") { amber_fsync(descriptor) }
    }

    /// Moves a file's position; `whence` is 0 from the start, 1 from here, 2 from the end.
    @discardableResult
    package static func seek(
        _ descriptor: Int32, to offset: Int64, whence: Int32 = 0
    ) throws(SyscallError) -> Int64 {
        try check("lseek", on: "descriptor \(descriptor)") { amber_lseek(descriptor, offset, whence) }
    }

    /// Sets a file's length; what is added reads as zeros and takes no space.
    package static func setSize(_ descriptor: Int32, to size: UInt64) throws(SyscallError) {
        _ = try check("ftruncate", on: "descriptor \(descriptor)") {
            amber_ftruncate(descriptor, Int64(clamping: size))
        }
    }

    /// Space on a file system: what an ordinary user may still write, and its whole size, in bytes.
    package static func space(of descriptor: Int32) throws(SyscallError) -> (free: UInt64, total: UInt64) {
        var free: UInt64 = 0
        var total: UInt64 = 0
        var type: Int64 = 0
        _ = try check("fstatfs", on: "descriptor \(descriptor)") {
            amber_statfs(descriptor, &free, &total, &type)
        }
        return (free, total)
    }

    /// Makes a nameless file in memory (memfd_create(2)).
    package static func makeMemoryFile(_ name: String) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try check("memfd_create", on: name) { amber_memfd_create(name) })
    }

    /// Duplicates a descriptor, close-on-exec.
    package static func duplicate(_ descriptor: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            adopting: try check("fcntl", on: "descriptor \(descriptor)") { amber_dup(descriptor) })
    }

    /// Waits for an advisory lock (flock(2)); released when the descriptor closes.
    package static func lock(_ descriptor: Int32, isShared: Bool = false) throws(SyscallError) {
        _ = try check("flock", on: "descriptor \(descriptor)") {
            amber_flock(descriptor, isShared ? LOCK_SH : LOCK_EX)
        }
    }

}

extension Files {
    /// Tells whether this process may execute a file (faccessat(2), X_OK with AT_EACCESS).
    package static func mayExecute(_ path: KernelPath) -> Bool {
        amber_faccessat(here, path.terminated, 1) == 0
    }

    /// Tells whether this process may write to a file or directory.
    package static func mayWrite(_ path: KernelPath) -> Bool {
        amber_faccessat(here, path.terminated, 2) == 0
    }

    /// The working directory, as /proc/self/cwd has it.
    package static func workingDirectory() throws(SyscallError) -> [UInt8] { try readLink("/proc/self/cwd") }
}

extension Files {
    /// The names of a file's extended attributes (xattr(7)); none where there are too many, or none can be had.
    package static func attributeNames(_ path: KernelPath) -> [String] {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = amber_listxattr(path.terminated, &bytes, bytes.count)
        guard count > 0 else { return [] }
        return bytes.prefix(count).split(separator: 0).map {
            String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// The magic number of a file system (statfs(2)).
    package static func fileSystemType(of descriptor: Int32) throws(SyscallError) -> Int64 {
        var free: UInt64 = 0
        var total: UInt64 = 0
        var type: Int64 = 0
        _ = try check("fstatfs", on: "descriptor \(descriptor)") {
            amber_statfs(descriptor, &free, &total, &type)
        }
        return type
    }
}
