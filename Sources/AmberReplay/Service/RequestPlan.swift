import AmberHTTP
import AmberKernel
import AmberModel

/// Which requests are sent to a service in a replay, and in which order.
struct RequestPlan {
    /// The request that failed.
    let failing: RequestRecord
    /// The requests under which the service may have gone away, the most likely one first; else the failing one alone.
    let suspects: [RequestRecord]
    private let recorded: ServiceRequest
    private let configuration: ReplayConfiguration

    /// Most requests that are sent to find the one that ended a service.
    private static let mostAttempts = 100

    /// Makes a plan.
    ///
    /// - Throws: `ReplayError`: the bundle names no failing request.
    init(recorded: ServiceRequest, configuration: ReplayConfiguration) throws {
        guard let failing = recorded.failing else {
            throw ReplayError(
                .noRun, "the bundle names no failing request", remedy: "Use a bundle that `amber serve` made."
            )
        }
        self.failing = failing
        self.recorded = recorded
        self.configuration = configuration
        let numbers = configuration.request == nil ? recorded.service.suspects ?? [] : []
        suspects =
            [failing]
            + numbers.prefix(Self.mostAttempts).compactMap { number in
                recorded.exchanges.first {
                    $0.number == number && number != failing.number && $0.request.isWhole
                }
            }
    }

    /// Nanoseconds to wait for a response: ten times what production took, and never little.
    var responseTime: Int64 { max(60_000_000_000, (failing.duration ?? 0) * 10) }

    /// What is sent for each suspect.
    func attempts() throws -> [ServiceDriver.Attempt] { try suspects.map { try attempt($0) } }

    /// What is sent for a recorded request: itself, or the user's own.
    private func attempt(_ record: RequestRecord) throws -> ServiceDriver.Attempt {
        let request = try request(record)
        let head = try? HTTPMessage(request: request)
        return ServiceDriver.Attempt(request: request, isHead: head?.startParts.first == "HEAD")
    }

    /// What a verdict says of the suspect at an index; nil where it was the user's own.
    func note(_ index: Int) -> Verdict.Request? {
        guard configuration.request == nil else { return nil }
        let request = suspects[index]
        return Verdict.Request(
            number: request.number, method: request.method, target: request.target,
            candidates: suspects.map(\.number))
    }

    /// Earlier requests that build up state, in their order.
    func warmUp() throws -> [[UInt8]] {
        let earlier = recorded.exchanges.filter { $0.number < failing.number && $0.request.isWhole }
        switch configuration.warmUp {
        case .none: return []
        case .client:
            return try earlier.filter { $0.role == .sameClient }.map { try recorded.bytes(of: $0.request) }
        case .all: return try earlier.map { try recorded.bytes(of: $0.request) }
        }
    }

    private func request(_ record: RequestRecord) throws -> [UInt8] {
        guard let file = configuration.request else {
            guard record.request.isWhole else {
                throw ReplayError(
                    .noRun,
                    "the recorded request was cut: \(record.request.storedBytes) of \(record.request.sizeInBytes) bytes are here",
                    remedy: "Send one that you have: --send FILE.")
            }
            return try recorded.bytes(of: record.request)
        }
        let text: [UInt8]
        let (path, number) = Self.place(file)
        do { text = try Files.contents(KernelPath(path), limit: 1 << 30) } catch {
            throw ReplayError(.replacement, "--send: \(error)", remedy: "Name a file with an HTTP request.")
        }
        do throws(HTTPFault) {
            return try RequestText.wireBytes(of: text, number: number, host: recorded.service.listen)
        } catch {
            throw ReplayError(
                .replacement, "--send \(file) is no HTTP request: \(error.reason)",
                remedy: "Start from the recorded one: amber show --request FILE.")
        }
    }

    /// `FILE#3` is the third request of an archive.
    private static func place(_ text: String) -> (path: String, number: Int?) {
        guard let mark = text.lastIndex(of: "#"), let number = Int(text[text.index(after: mark)...]),
            number > 0
        else { return (text, nil) }
        return (String(text[..<mark]), number)
    }
}
