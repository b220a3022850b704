import AmberKernel

/// A file that has no name until it is complete; nothing is left behind where it never gets one.
struct TemporaryFile: ~Copyable {
    /// The open file, for reading and writing.
    let descriptor: OwnedDescriptor
    private let directory: String
    /// The name that it has where the file system knows no nameless files.
    private let name: String?

    /// Makes a file in a directory, mode 0600.
    init(in directory: String) throws(SyscallError) {
        self.directory = directory
        do {
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
        try Files.setMode(descriptor.number, mode)
        if isDurable { try Files.synchronize(descriptor.number) }
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
        guard isDurable else { return }
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
