import AmberCapture
import AmberHTTP
import AmberKernel
import AmberModel

/// Writes the exchanges of a bundle as `.http` or HAR files.
struct RequestExport {
    let exchanges: RecordedExchanges
    let showsSecrets: Bool

    /// Writes to a file whose name ends in `.har` or `.http`, or one `.http` file for each exchange to a directory.
    func write(to path: String) throws {
        if path.hasSuffix(".har") { return try write(try archive(), path) }
        if path.hasSuffix(".http") || path.hasSuffix(".rest") {
            let requests = try exchanges.records.map { try text($0) }
            return try write(Array(requests.joined(separator: Array("\n\n".utf8))), path)
        }
        try Files.makeDirectories(path)
        for record in exchanges.records {
            let name = "\(record.number)-\(record.role.rawValue).http"
            try write(try text(record), path + "/" + name)
        }
        try write(try archive(), path + "/requests.har")
    }

    /// An entry of an `.http` file; what stands behind `###` is a comment to those who read such files.
    private func text(_ record: RequestRecord) throws -> [UInt8] {
        try RequestDisplay(exchanges: exchanges, record: record, showsSecrets: showsSecrets).httpFile()
    }

    private func archive() throws -> [UInt8] {
        let entries = try exchanges.records.sorted { $0.number < $1.number }.compactMap {
            record -> HARDocument.Entry? in
            guard
                let request = try? HTTPMessage(
                    request: try exchanges.requestBytes(record, showsSecrets: showsSecrets))
            else { return nil }
            let response = try record.response.map { try exchanges.bytes(of: $0) }.flatMap {
                try? HTTPMessage(response: $0, toHead: record.method == "HEAD")
            }
            return HARDocument.Entry(record, request: request, response: response, origin: exchanges.origin)
        }
        return try HARDocument(entries: entries, version: AmberVersion.current).encoded()
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        let file = try Files.open(
            KernelPath(path), Files.Flag.writeOnly | Files.Flag.create | Files.Flag.truncate, mode: 0o600)
        try Files.writeAll(file.number, bytes)
    }
}
