import AmberBundle
import AmberHTTP
import AmberKernel

/// `.vscode/launch.json`: Amber's entries in it are replaced, everybody else's stay.
enum LaunchFile {
    /// What Amber's entries begin with, and are known by.
    static let mark = "Amber: "

    /// Puts an entry into the file below a directory; both are made where they are missing.
    ///
    /// - Parameters:
    ///   - entry: Without a name.
    ///   - title: The name, behind Amber's mark.
    ///   - directory: Where `.vscode` is, or is made.
    /// - Returns: The file's path.
    /// - Throws: `ReplayError` where the file is there and cannot be read as JSON, as one with comments.
    static func add(_ entry: [String: JSONValue], title: String, in directory: String) throws -> String {
        let path = directory + "/.vscode/launch.json"
        var document: [String: JSONValue] = ["version": .string("0.2.0")]
        if let bytes = try? Files.contents(KernelPath(path), limit: 1 << 20) {
            guard let known = try? RecordJSON.decode([String: JSONValue].self, from: bytes, subject: path)
            else {
                throw ReplayError(
                    .debugger, "\(path) is not plain JSON, so that nothing can be added to it",
                    remedy: "Take its comments and trailing commas out, or name another directory.")
            }
            document = known
        }
        var entries: [JSONValue] = []
        if case .array(let known) = document["configurations"] { entries = known.filter { !isOurs($0) } }
        var named = entry
        named["name"] = .string(mark + title)
        document["configurations"] = .array([.object(named)] + entries)
        try Files.makeDirectories(directory + "/.vscode", mode: 0o755)
        let flags = Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate
        let file = try Files.open(KernelPath(path), flags, mode: 0o644)
        try Files.writeAll(file.number, try RecordJSON.encodeForPeople(document) + [UInt8(ascii: "\n")])
        return path
    }

    private static func isOurs(_ entry: JSONValue) -> Bool {
        guard case .object(let members) = entry, case .string(let name) = members["name"] else {
            return false
        }
        return name.hasPrefix(mark)
    }
}
