import AmberKernel

/// Copies of files and directories of this machine.
enum FileTree {
    /// Copies the regular files below a directory, readable for all; what else is there is left out.
    ///
    /// - Throws: `SyscallError`.
    static func copy(_ source: String, to target: String) throws(SyscallError) {
        let tree = try Files.open(KernelPath(source), Files.Flag.readOnly | Files.Flag.directory)
        for bytes in try Files.names(of: tree.number) {
            let name = String(decoding: bytes, as: UTF8.self)
            guard name != "__pycache__" else { continue }
            let status = try Files.status(KernelPath(bytes), in: tree.number)
            if status.isDirectory {
                try copy(source + "/" + name, to: target + "/" + name)
            } else if status.isRegular {
                try copyFile(source + "/" + name, to: target + "/" + name)
            }
        }
    }

    /// Copies one file, with the directories on its way.
    ///
    /// - Throws: `SyscallError`.
    static func copyFile(_ source: String, to target: String) throws(SyscallError) {
        let from = try Files.open(KernelPath(source), Files.Flag.readOnly)
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file: OwnedDescriptor
        do throws(SyscallError) {
            file = try Files.open(KernelPath(target), flags, mode: 0o644)
        } catch  where error.code == Errno.noEntry {
            let parent = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
            try Files.makeDirectories(parent, mode: 0o755)
            file = try Files.open(KernelPath(target), flags, mode: 0o644)
        }
        _ = try Files.copy(from: from.number, to: file.number)
        // Programs among them are started as programs, by whoever is the user inside.
        let mode = try Files.status(of: from.number).mode
        try Files.setMode(file.number, mode & 0o111 == 0 ? 0o644 : 0o755)
    }
}
