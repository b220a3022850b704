import CLinux
import Glibc

/// Calls that look at or change the tree of names.
extension Files {
    /// Reads the text of a symbolic link, at most 4095 bytes.
    package static func readLink(
        _ path: KernelPath, in directory: Int32 = here
    ) throws(SyscallError) -> [UInt8] {
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
        } catch  where error.code == EEXIST {
            return
        } catch  where error.code == ENOENT {
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw error }
            try makeDirectories(String(path[..<slash]), mode: mode)
            do { try makeDirectory(KernelPath(path), mode: mode) } catch  where error.code == EEXIST {}
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
    package static func makeNode(
        _ path: KernelPath, mode: UInt32, in directory: Int32 = here
    ) throws(SyscallError) {
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
    package static func link(
        descriptor: Int32, to path: KernelPath, in directory: Int32 = here
    ) throws(SyscallError) {
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
    package static func setMode(
        _ path: KernelPath, in directory: Int32 = here, _ mode: UInt32
    ) throws(SyscallError) {
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
    /// - Returns: The names as bytes.
    /// - Throws: `SyscallError`: ENOTDIR, EIO.
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

    /// Removes a tree below a directory, never following links and never leaving the file tree.
    package static func removeTree(_ path: KernelPath, in directory: Int32 = here) throws(SyscallError) {
        do {
            try remove(path, in: directory)
            return
        } catch  where error.code == EISDIR || error.code == EPERM {
        } catch  where error.code == ENOENT {
            return
        }
        do {
            let tree = try open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, in: directory)
            try empty(tree)
        } catch  where error.code == EACCES {
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
    /// Makes a directory unless one is there; false where it was.
    @discardableResult
    package static func ensureDirectory(
        _ path: KernelPath, mode: UInt32, in directory: Int32 = here
    ) throws(SyscallError) -> Bool {
        do {
            try makeDirectory(path, mode: mode, in: directory)
            return true
        } catch  where error.code == EEXIST {
            return false
        }
    }

    /// Renames unless the new name is taken; false where it is.
    package static func renameIfFree(_ old: KernelPath, to new: KernelPath) throws(SyscallError) -> Bool {
        do {
            try rename(old, to: new, isExclusive: true)
            return true
        } catch  where error.code == EEXIST {
            return false
        }
    }
}

extension Files {
    /// Tells whether calls on a descriptor never wait (O_NONBLOCK, fcntl(2)).
    package static func isNonBlocking(_ descriptor: Int32) -> Bool {
        let flags = amber_get_flags(descriptor)
        return flags >= 0 && flags & 0o4000 != 0
    }
}
