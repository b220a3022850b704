import AmberKernel

/// Copies of whole directories of this machine.
enum FileTree {
    /// Copies the regular files below a directory, readable for all; what else is there is left out.
    ///
    /// - Throws: `SyscallError`.
    static func copy(_ source: String, to target: String) throws(SyscallError) {
        try Files.makeDirectories(target, mode: 0o755)
        let tree = try Files.open(KernelPath(source), Files.Flag.readOnly | Files.Flag.directory)
        for bytes in try Files.names(of: tree.number) {
            let name = String(decoding: bytes, as: UTF8.self)
            guard name != "__pycache__" else { continue }
            let status = try Files.status(KernelPath(bytes), in: tree.number)
            if status.isDirectory {
                try copy(source + "/" + name, to: target + "/" + name)
            } else if status.isRegular {
                let from = try Files.open(KernelPath(source + "/" + name), Files.Flag.readOnly)
                let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
                let file = try Files.open(KernelPath(target + "/" + name), flags, mode: 0o644)
                _ = try Files.copy(from: from.number, to: file.number)
                // Adapters of other programs are started as programs.
                try Files.setMode(file.number, status.mode & 0o111 == 0 ? 0o644 : 0o755)
            }
        }
    }
}
