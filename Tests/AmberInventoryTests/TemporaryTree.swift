import AmberKernel
import AmberModel
import Glibc

/// A made-up root directory, removed when the last user lets go of it.
final class TemporaryTree: Sendable {
    /// Absolute path, without a slash at the end.
    let path: String

    init() {
        var template = Array("/tmp/amber-inventory-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template))
    }

    deinit { try? Files.removeTree(KernelPath(path)) }

    /// Writes a file and the directories above it.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        try makeParent(of: name)
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath(path + name), flags)
        try Files.writeAll(file.number, bytes)
    }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func makeParent(of name: String) throws {
        let whole = path + name
        if let slash = whole.lastIndex(of: "/") { try Files.makeDirectories(String(whole[..<slash])) }
    }
}

/// Runs a shell command and gives what it prints; nil if it fails.
func shell(_ command: String) -> String? {
    guard let pipe = popen(command, "r") else { return nil }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
    return pclose(pipe) == 0 ? String(decoding: text, as: UTF8.self) : nil
}

/// The path that a file really has, symbolic links resolved.
func realPath(_ path: String) -> ByteString? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return ByteString(String(cString: resolved))
}
