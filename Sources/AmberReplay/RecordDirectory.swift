import AmberBundle
import AmberKernel

/// An extracted record, `.amber` of the record layer: files of a stranger, which are never read through a link.
struct RecordDirectory: Hashable, Sendable {
    /// Where it is.
    let path: String

    /// Reads a file by its name below the directory.
    ///
    /// - Throws: `SyscallError`: ENOENT where there is none, ELOOP and EXDEV where the name leads elsewhere, EFBIG.
    func contents(of name: String, limit: Int) throws(SyscallError) -> [UInt8] {
        let file = try open(name)
        return try Files.readAll(file.number, limit: limit)
    }

    /// Opens a file by its name below the directory, for reading.
    func open(_ name: String) throws(SyscallError) -> OwnedDescriptor {
        let root = try Files.open(
            KernelPath(path), Files.Flag.path | Files.Flag.directory | Files.Flag.noFollow)
        return try Files.openBeneath(
            KernelPath(name), Files.Flag.readOnly | Files.Flag.nonBlocking, in: root.number)
    }

    /// Reads a file of one JSON document.
    func document<Value: Decodable>(_ type: Value.Type, _ name: String, limit: Int) throws -> Value {
        try RecordJSON.decode(type, from: try contents(of: name, limit: limit), subject: name)
    }
}
