/// One line of `requests/requests.jsonl`: an exchange between a client and the service, as it passed the proxy.
///
/// The bytes themselves stand beside it, in the files that `requestFile` and `responseFile` name: messages as they
/// were on the wire, heads, chunks and trailers included.
public struct RequestRecord: Codable, Hashable, Sendable {
    /// Why the exchange is in the bundle.
    public enum Role: String, Codable, Sendable {
        /// It made the bundle.
        case failing
        /// It was open while the failing one was.
        case inFlight = "in-flight"
        /// The same client sent it before.
        case sameClient = "same-client"
        /// It passed shortly before.
        case before
    }

    /// How the exchange ended.
    public enum Ending: String, Codable, Sendable {
        /// The response was complete.
        case complete
        /// It was still open when the bundle was sealed.
        case open
        /// The client went away.
        case clientLeft = "client-left"
        /// The service closed the connection before the response was complete.
        case serviceClosed = "service-closed"
        /// The service reset the connection.
        case serviceReset = "service-reset"
        /// The service took no connection.
        case serviceRefused = "service-refused"
        /// The service's response was malformed.
        case malformed
        /// The proxy's patience ended.
        case timedOut = "timed-out"
    }

    /// A field line.
    public struct Field: Codable, Hashable, Sendable {
        /// The name as written.
        public var name: String
        /// The value.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What is known of one message's bytes.
    public struct Message: Codable, Hashable, Sendable {
        /// The file below `.amber/`.
        public var file: String
        /// Bytes on the wire.
        public var sizeInBytes: UInt64
        /// Bytes in the file; fewer where the recording was cut.
        public var storedBytes: UInt64

        /// Makes the description of a message.
        public init(file: String, sizeInBytes: UInt64, storedBytes: UInt64) {
            self.file = file
            self.sizeInBytes = sizeInBytes
            self.storedBytes = storedBytes
        }

        /// Every byte is in the file.
        public var isWhole: Bool { sizeInBytes == storedBytes }
    }

    /// Number in the order in which the service got them, counted from 1 at its start.
    public var number: Int
    /// Why it is here.
    public var role: Role
    /// The method.
    public var method: String
    /// The target as sent.
    public var target: ByteString
    /// The request's fields.
    public var headers: [Field]
    /// The request's bytes.
    public var request: Message
    /// The response's status; nil where none came.
    public var status: Int?
    /// The response's fields.
    public var responseHeaders: [Field]
    /// The response's bytes; nil where none came.
    public var response: Message?
    /// How it ended.
    public var ending: Ending
    /// First byte of the request, nanoseconds since the epoch.
    public var startedAt: Int64
    /// From there to the response's first byte, nanoseconds.
    public var waited: Int64?
    /// From there to the end, nanoseconds.
    public var duration: Int64?
    /// The client's address and port.
    public var client: String
    /// Number of the client's connection, and of the request in it, both counted from 1.
    public var connection: Int
    /// Number of the request in its connection.
    public var connectionRequest: Int
    /// What made it remarkable: `status 500`, `slower than 2 s`.
    public var triggers: [String]
    /// What the service itself said of its failure.
    public var failure: RequestFailure?

    /// Makes a record.
    public init(
        number: Int, role: Role, method: String, target: ByteString, headers: [Field], request: Message,
        status: Int?, responseHeaders: [Field], response: Message?, ending: Ending, startedAt: Int64,
        waited: Int64?, duration: Int64?, client: String, connection: Int, connectionRequest: Int,
        triggers: [String], failure: RequestFailure? = nil
    ) {
        self.number = number
        self.role = role
        self.method = method
        self.target = target
        self.headers = headers
        self.request = request
        self.status = status
        self.responseHeaders = responseHeaders
        self.response = response
        self.ending = ending
        self.startedAt = startedAt
        self.waited = waited
        self.duration = duration
        self.client = client
        self.connection = connection
        self.connectionRequest = connectionRequest
        self.triggers = triggers
        self.failure = failure
    }
}
