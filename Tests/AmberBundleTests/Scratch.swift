import AmberKernel

/// A directory of one test, removed with everything in it.
final class Scratch: Sendable {
    let path: String

    init(in parent: String = "/tmp") throws {
        path = parent + "/amber-test-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try Files.makeDirectories(path, mode: 0o700)
    }

    deinit { try? Files.removeTree(KernelPath(path)) }

    /// A path in the directory.
    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = try Files.open(
            KernelPath(self(name)), Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate,
            mode: 0o644)
        try Files.writeAll(file.number, bytes)
        return self(name)
    }

    /// Makes a file that is one hole and returns its path.
    func writeHole(_ name: String, size: UInt64) throws -> String {
        let file = try Files.open(
            KernelPath(self(name)), Files.Flag.writeOnly | Files.Flag.create, mode: 0o644)
        try Files.setSize(file.number, to: size)
        return self(name)
    }

    /// Reads a file.
    func read(_ name: String) throws -> [UInt8] { try Files.contents(KernelPath(self(name)), limit: 1 << 30) }

    /// Makes a directory and returns its path.
    func directory(_ name: String) throws -> String {
        try Files.makeDirectories(self(name), mode: 0o755)
        return self(name)
    }

    /// Names in the directory.
    func names(_ name: String = ".") throws -> [String] {
        let directory = try Files.open(KernelPath(self(name)), Files.Flag.readOnly | Files.Flag.directory)
        return try Files.names(of: directory.number).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
}
