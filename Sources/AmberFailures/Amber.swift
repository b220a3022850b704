import Synchronization

/// What a Swift service tells `amber serve` of the request that it works on.
///
/// Wrap the work on a request in `Amber.request`, and note what helps to understand a failure:
///
///     let (response, header) = try await Amber.request(id: id) { try await handle(request) }
///     Amber.note("order", order.id)
///
/// Middleware for Hummingbird is in `Recipes/swift`, a handler for SwiftNIO is `AmberFailureHandler`. Nothing is told
/// unless the environment has `AMBER_FAILURES=1`.
public enum Amber {
    /// The notes of one request.
    final class Notes: Sendable {
        let id: String?
        let values = Mutex<[String: String]>([:])
        let failure = Mutex<(type: String, message: String)?>(nil)
        init(id: String?) { self.id = id }
    }

    @TaskLocal static var current: Notes?

    /// Notes something about the present request; it is kept if the request fails.
    public static func note(_ name: String, _ value: some CustomStringConvertible) {
        let text = String(value.description.prefix(1000))
        current?.values.withLock { values in
            if values.count < 100 { values[name] = text }
        }
    }

    /// Tells of an error that belongs to the present request, where the service answers it itself.
    public static func mark(_ error: any Error) {
        current?.failure.withLock { $0 = Self.words(error) }
    }

    /// Runs the work on a request.
    ///
    /// - Parameters:
    ///   - id: The service's own id of the request.
    ///   - body: The work.
    /// - Returns: What it gives, and the value for the header `X-Amber-Failure` where an error was marked.
    /// - Throws: What the work throws; `failureHeader(for:)` makes the header of it.
    public static func request<Result>(
        id: String? = nil, _ body: () async throws -> Result
    ) async throws -> (result: Result, header: String?) {
        let notes = Notes(id: id)
        return try await $current.withValue(notes) {
            do {
                let result = try await body()
                return (result, header(notes))
            } catch {
                notes.failure.withLock { $0 = Self.words(error) }
                throw MarkedError(error: error, header: header(notes))
            }
        }
    }

    /// An error with the header that tells of it.
    public struct MarkedError: Error {
        /// The error that was thrown.
        public let error: any Error
        /// The value for the header `X-Amber-Failure`; nil where nothing is to be told.
        public let header: String?
    }

    /// The name of the header.
    public static let headerName = "X-Amber-Failure"

    /// A type's name and what the error says; never a position in memory.
    private static func words(_ error: any Error) -> (type: String, message: String) {
        (String(reflecting: type(of: error)), String(String(describing: error).prefix(2000)))
    }

    private static func header(_ notes: Notes) -> String? {
        guard FailureText.isActive, let failure = notes.failure.withLock({ $0 }) else { return nil }
        return FailureText.encode(
            type: failure.type, message: failure.message, id: notes.id, notes: notes.values.withLock { $0 })
    }
}
