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
    /// Reads a file of the record.
    private let contents: @Sendable (String) throws -> [UInt8]

    /// Reads it from an extracted record.
    ///
    /// - Throws: `ReplayError`, `BundleError`.
    init(record: RecordDirectory) throws {
        try self.init { name in
            do throws(SyscallError) {
                return try record.contents(of: name, limit: 1 << 30)
            } catch  where error.code == Errno.noEntry {
                throw Self.missing(name)
            }
        }
    }

    /// Reads it from a bundle of which nothing is extracted.
    init(bundle: BundleReader) throws {
        try self.init { name in
            guard let bytes = try bundle.contents(of: name, limit: 1 << 30) else { throw Self.missing(name) }
            return bytes
        }
    }

    private init(_ contents: @escaping @Sendable (String) throws -> [UInt8]) throws {
        self.contents = contents
        var service = try RecordJSON.decode(
            ServiceRecord.self, from: try contents("requests/service.json"),
            subject: "requests/service.json")
        service.readyAfter = service.readyAfter.map(Self.possible)
        self.service = service
        let lines = try contents("requests/requests.jsonl")
        exchanges = try lines.split(separator: UInt8(ascii: "\n")).map {
            try Self.possible(
                RecordJSON.decode(RequestRecord.self, from: $0, subject: "requests/requests.jsonl"))
        }.sorted { $0.number < $1.number }
        failing = exchanges.first { [number = service.failing] in $0.number == number }
    }

    /// Times and durations that there can be: sums and multiples of them never overflow.
    private static func possible(_ record: RequestRecord) -> RequestRecord {
        var record = record
        record.startedAt = min(max(record.startedAt, 0), ReplayTime.end)
        record.waited = record.waited.map(possible)
        record.duration = record.duration.map(possible)
        return record
    }

    private static func possible(_ duration: Int64) -> Int64 { min(max(duration, 0), ReplayTime.end / 100) }

    /// The bytes of a message.
    func bytes(of message: RequestRecord.Message) throws -> [UInt8] {
        // The name comes from the bundle, and must not lead out of it.
        guard message.file.hasPrefix("requests/"), !message.file.contains("..") else {
            throw ReplayError(
                .noRun, "'\(message.file)' is no file of the record", remedy: "Fetch the bundle again.")
        }
        return try contents(message.file)
    }

    private static func missing(_ name: String) -> ReplayError {
        ReplayError(.noRun, "the bundle has no \(name)", remedy: "Use a bundle that `amber serve` made.")
    }
}
