import NIOCore

/// What happens on a client's connection and on the one behind it.
enum ConnectionEvent {
    case clientBytes(ByteBuffer)
    /// The client sends nothing more, but still reads.
    case clientEnded
    case clientGone
    case upstreamReady
    case upstreamRefused
    case upstreamBytes(ByteBuffer)
    /// The service sends nothing more.
    case upstreamEnded
    case upstreamReset
    /// The service had ended the connection before the request came, and read nothing of it.
    case upstreamGone
    /// A request's head took too long, or nothing was asked for too long.
    case impatient
    /// The proxy shuts down: no further request on this connection.
    case draining
}

/// What the driver does about it, in order.
enum ConnectionAction {
    case connect
    case sendUpstream(ByteBuffer)
    case endUpstream
    case closeUpstream
    case sendClient(ByteBuffer)
    case endClient
    /// Closes when everything sent so far is out; what the client still sends is read and dropped for a while.
    case closeClient
    /// Closes at once, so that the client sees a broken response and no complete one.
    case abortClient
    /// Closes the client's connection; the kernel still delivers what it has (close(2)).
    case dropClient
    case record(RecordingStep)
}

/// What the flight recorder learns.
enum RecordingStep {
    /// A request begins with this head.
    case begin(ByteBuffer, RequestSummary)
    case request(ByteBuffer)
    /// Bytes of a response, interim ones included.
    case response(ByteBuffer)
    case status(Int)
    /// The service tells of a failure: the value of its header.
    case failure(String)
    case finish(ExchangeEnding)
    /// A malformed request was refused with this status.
    case refused(Int, String)
}
