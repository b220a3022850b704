import AmberKernel

/// Copies what a replay wrote to a directory of the caller's.
enum KeptFiles {
    /// Copies regular files, directories and links of overlayfs's upper directory; whiteouts (removed files) are left out.
    static func keep(_ upper: String, in directory: String) throws(ReplayError) {
        do {
            try copyTree(upper, to: directory)
        } catch {
            throw ReplayError(
                .storage, "the files that the replay wrote could not be kept: \(error)",
                remedy: "Name a directory with --keep that you may write to.")
        }
    }

    private static func copyTree(_ upper: String, to directory: String) throws(SyscallError) {
        try Files.makeDirectories(directory)
        let source = try Files.open(KernelPath(upper), Files.Flag.readOnly | Files.Flag.directory)
        let target = try Files.open(KernelPath(directory), Files.Flag.readOnly | Files.Flag.directory)
        try copy(source, to: target)
    }

    private static func copy(
        _ source: borrowing OwnedDescriptor, to target: borrowing OwnedDescriptor
    ) throws(SyscallError) {
        for name in try Files.names(of: source.number) {
            let path = KernelPath(name)
            let status = try Files.status(path, in: source.number)
            if status.isDirectory {
                try Files.ensureDirectory(path, mode: 0o755, in: target.number)
                let inner = try Files.openBeneath(
                    path, Files.Flag.readOnly | Files.Flag.directory, in: source.number)
                let outer = try Files.openBeneath(
                    path, Files.Flag.readOnly | Files.Flag.directory, in: target.number)
                try copy(inner, to: outer)
            } else if status.isSymlink {
                let text = KernelPath(try Files.readLink(path, in: source.number))
                try? Files.remove(path, in: target.number)
                try Files.makeSymlink(to: text, at: path, in: target.number)
            } else if status.isRegular {
                let from = try Files.openBeneath(path, Files.Flag.readOnly, in: source.number)
                let flags =
                    Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate | Files.Flag.noFollow
                let to = try Files.open(path, flags, mode: 0o600, in: target.number)
                _ = try Files.copy(from: from.number, to: to.number)
                try Files.setMode(to.number, status.mode & 0o777)
            }
        }
    }
}
