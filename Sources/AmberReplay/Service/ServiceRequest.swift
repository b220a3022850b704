import AmberBundle
import AmberKernel
import AmberModel

/// The failing request of a bundle, and how the service is reached.
struct ServiceRequest: Sendable {
    let service: ServiceRecord
    /// The failing exchange; nil where the service failed without one.
    let failing: RequestRecord?
    /// All exchanges of the bundle, in the order in which they began.
    let exchanges: [RequestRecord]
    private let directory: String

    /// Reads it from a record directory.
    ///
    /// - Throws: `ReplayError`, `BundleError`.
    init(recordDirectory: String) throws {
        directory = recordDirectory
        service = try RecordJSON.decode(
            ServiceRecord.self, from: try Self.contents("requests/service.json", recordDirectory),
            subject: "requests/service.json")
        let lines = try Self.contents("requests/requests.jsonl", recordDirectory)
        exchanges = try lines.split(separator: UInt8(ascii: "\n")).map {
            try RecordJSON.decode(RequestRecord.self, from: $0, subject: "requests/requests.jsonl")
        }.sorted { $0.number < $1.number }
        failing = exchanges.first { [number = service.failing] in $0.number == number }
    }

    /// The bytes of a message.
    func bytes(of message: RequestRecord.Message) throws -> [UInt8] {
        // The name comes from the bundle, and must not lead out of it.
        guard message.file.hasPrefix("requests/"), !message.file.contains("..") else {
            throw ReplayError(
                .noRun, "'\(message.file)' is no file of the record", remedy: "Fetch the bundle again.")
        }
        return try Self.contents(message.file, directory)
    }

    private static func contents(_ name: String, _ directory: String) throws -> [UInt8] {
        let root = try Files.open(KernelPath(directory), Files.Flag.path | Files.Flag.directory)
        guard
            let file = try? Files.openBeneath(
                KernelPath(name), Files.Flag.readOnly | Files.Flag.nonBlocking, in: root.number)
        else {
            throw ReplayError(
                .noRun, "the bundle has no \(name)", remedy: "Use a bundle that `amber serve` made.")
        }
        return try Files.readAll(file.number, limit: 1 << 30)
    }
}
