import AmberKernel

/// A file that has no name until it is complete; nothing is left behind where it never gets one.
struct TemporaryFile: ~Copyable {
    /// The open file, for reading and writing.
    let descriptor: OwnedDescriptor
    private let directory: String
    /// The name that it has where the file system knows no nameless files.
    private let name: String?

    /// Makes a file in a directory, mode 0600; `isNamed` makes one as file systems do that know no nameless files.
    init(in directory: String, isNamed: Bool = false) throws(SyscallError) {
        self.directory = directory
        do throws(SyscallError) {
            if isNamed { throw SyscallError(call: "openat", code: Errno.notSupported, subject: directory) }
            descriptor = try Files.open(
                KernelPath(directory), Files.Flag.temporary | Files.Flag.readWrite, mode: 0o600)
            name = nil
        } catch
            where error.code == Errno.notSupported || error.code == Errno.isDirectory
            || error.code == Errno.noEntry
        {
            // QUIRK: overlayfs before 6.3, NFS and FUSE know no O_TMPFILE (open(2)). A killed Amber leaves
            // the named file there; its name says what it is. Remove when those file systems can.
            let name = Self.uniqueName()
            descriptor = try Files.open(
                KernelPath(directory + "/" + name),
                Files.Flag.create | Files.Flag.exclusive | Files.Flag.readWrite, mode: 0o600)
            self.name = name
        }
    }

    deinit {
        if let name { try? Files.remove(KernelPath(directory + "/" + name)) }
    }

    /// Makes it durable and gives it its name in one step, replacing what stands there; the file stays open.
    mutating func publish(as path: String, mode: UInt32, isDurable: Bool) throws(SyscallError) {
        try complete(mode, isDurable)
        if let name {
            try Files.rename(KernelPath(directory + "/" + name), to: KernelPath(path))
        } else {
            let linked = directory + "/" + Self.uniqueName()
            try Files.link(descriptor: descriptor.number, to: KernelPath(linked))
            do {
                try Files.rename(KernelPath(linked), to: KernelPath(path))
            } catch {
                try? Files.remove(KernelPath(linked))
                throw error
            }
        }
        if isDurable { try synchronizeDirectory() }
    }

    /// The same without replacing anything: it gets the first of these names that is free, `path` with a number.
    ///
    /// - Returns: The name.
    mutating func publish(
        asFirstFreeOf path: (Int) -> String, mode: UInt32, isDurable: Bool
    ) throws(SyscallError) -> String {
        try complete(mode, isDurable)
        var number = 1
        while true {
            do throws(SyscallError) {
                try take(KernelPath(path(number)))
                break
            } catch  where error.code == Errno.exists && number < 100_000 {
                number += 1
            }
        }
        if isDurable { try synchronizeDirectory() }
        return path(number)
    }

    /// Gives it a name that is free; EEXIST where it is not.
    private func take(_ path: KernelPath) throws(SyscallError) {
        guard let name else { return try Files.link(descriptor: descriptor.number, to: path) }
        do throws(SyscallError) {
            try Files.rename(KernelPath(directory + "/" + name), to: path, isExclusive: true)
        } catch  where error.code == Errno.invalid || error.code == Errno.notImplemented {
            // QUIRK: NFS and others know no RENAME_NOREPLACE (rename(2)); a link replaces nothing either, and its first
            // name goes with this value. Remove when those file systems can.
            try Files.link(descriptor: descriptor.number, to: path)
        }
    }

    private func complete(_ mode: UInt32, _ isDurable: Bool) throws(SyscallError) {
        try Files.setMode(descriptor.number, mode)
        if isDurable { try Files.synchronize(descriptor.number) }
    }

    private func synchronizeDirectory() throws(SyscallError) {
        let parent = try Files.open(KernelPath(directory), Files.Flag.readOnly | Files.Flag.directory)
        try Files.synchronize(parent.number)
    }

    /// Tells whether a file can be made in a directory.
    static func canBeMade(in directory: String) -> Bool { (try? TemporaryFile(in: directory)) != nil }

    /// `.amber-….partial`, unlike any other.
    static func uniqueName() -> String {
        ".amber-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) + ".partial"
    }
}
