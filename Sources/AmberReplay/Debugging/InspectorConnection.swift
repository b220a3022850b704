import AmberBundle
import AmberKernel
import AmberModel

/// A client of Node's inspector that brings a program to where it stops, and keeps it there for another client.
///
/// Speaks as much of HTTP and WebSocket (RFC 6455) as that server needs: unfragmented text frames of its own, masked with
/// a key of zeros, and the server's unmasked ones.
final class InspectorConnection {
    private let socket: OwnedDescriptor
    private var received: [UInt8] = []
    private var lastID = 0

    /// Something that the program did.
    enum Event: Sendable {
        case paused(Pause)
        case resumed
        /// It is at its end and waits for its clients to leave.
        case ended
    }

    /// Where and why the program stands still (Debugger.paused of the Chrome DevTools protocol).
    struct Pause: Decodable, Sendable {
        struct Frame: Decodable, Sendable {
            struct Location: Decodable, Sendable { var lineNumber: Int }
            var functionName: String
            var location: Location
        }
        struct Thrown: Decodable, Sendable {
            /// `TYPE: MESSAGE`, and the stack below it.
            var description: String?
            var uncaught: Bool?
        }
        var reason: String
        var callFrames: [Frame]
        var data: Thrown?

        /// True where something was thrown or rejected, uncaught or not.
        var isThrow: Bool { reason == "exception" || reason == "promiseRejection" }
    }

    private struct Message: Decodable {
        var method: String?
        var params: Pause?
    }
    private struct Method: Decodable { var method: String? }
    private struct Place: Decodable { var webSocketDebuggerUrl: String }

    /// Connects.
    ///
    /// - Parameter open: Makes a connected socket.
    /// - Throws: `ReplayError` where it is no inspector; what `open` throws.
    init(_ open: () throws -> OwnedDescriptor) throws {
        let first = try open()
        try Self.request(first, "GET /json/list HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        let listing = try Self.response(first)
        guard let start = listing.body.firstIndex(of: UInt8(ascii: "[")) else { throw Self.refusal }
        let places = try RecordJSON.decode(
            [Place].self, from: Array(listing.body[start...]), subject: "the inspector's list")
        guard let place = places.first?.webSocketDebuggerUrl.split(separator: "/").last else {
            throw Self.refusal
        }
        let other = try open()
        try Self.request(
            other,
            "GET /\(place) HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: YW1iZXIgZGVidWdnaW5nIQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        let answer = try Self.response(other)
        guard answer.status == 101 else { throw Self.refusal }
        received = answer.body
        socket = other
    }

    /// Sends a command; its answer is not waited for.
    func send(_ method: String, _ parameters: String = "{}") throws(SyscallError) {
        lastID += 1
        let text = Array(#"{"id":\#(lastID),"method":"\#(method)","params":\#(parameters)}"#.utf8)
        var frame: [UInt8] = [0x81]
        if text.count < 126 {
            frame.append(0x80 | UInt8(text.count))
        } else {
            frame += [0x80 | 126, UInt8(text.count >> 8), UInt8(text.count & 0xFF)]
        }
        try Files.writeAll(socket.number, frame + [0, 0, 0, 0] + text)
    }

    /// Waits for the next event; nil where the connection ended, or a signal came.
    func next(until interruption: Interruption? = nil) -> Event? {
        while let message = message(interruption) {
            let subject = "an inspector's message"
            let known = try? RecordJSON.decode(Method.self, from: message, subject: subject)
            switch known?.method {
            case "Debugger.paused":
                let whole = try? RecordJSON.decode(Message.self, from: message, subject: subject)
                if let pause = whole?.params { return .paused(pause) }
            case "Debugger.resumed": return .resumed
            case "NodeRuntime.waitingForDisconnect", "Runtime.executionContextDestroyed": return .ended
            default: continue
            }
        }
        return nil
    }

    /// Ends the connection; what waits in `next` returns.
    func end() { Sockets.shutDown(socket.number, 2) }

    private func message(_ interruption: Interruption?) -> [UInt8]? {
        if received.isEmpty, let interruption, !interruption.wait(for: socket.number) { return nil }
        guard let head = take(2) else { return nil }
        var length = UInt64(head[1] & 0x7F)
        if length >= 126 {
            guard let longer = take(length == 126 ? 2 : 8) else { return nil }
            length = longer.reduce(0) { $0 << 8 | UInt64($1) }
        }
        // A script's text may be sent; nothing sensible is longer.
        guard length <= 256 << 20, let text = take(Int(length)) else { return nil }
        return head[0] & 0x0F == 8 ? nil : text
    }

    private func take(_ count: Int) -> [UInt8]? {
        while received.count < count {
            guard let more = try? Files.readSome(socket.number, limit: 1 << 16), !more.isEmpty else {
                return nil
            }
            received += more
        }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    private static func request(_ socket: borrowing OwnedDescriptor, _ text: String) throws(SyscallError) {
        try Files.writeAll(socket.number, Array(text.utf8))
    }

    /// The status, and as much of the body as its length says.
    private static func response(
        _ socket: borrowing OwnedDescriptor
    ) throws -> (status: Int, body: [UInt8]) {
        var bytes: [UInt8] = []
        while bytes.count < 1 << 20 {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                let length =
                    head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
                let body = Array(text[end.upperBound...].utf8)
                if body.count >= length { return (status, body) }
            }
            let more = try Files.readSome(socket.number, limit: 1 << 16)
            if more.isEmpty { break }
            bytes += more
        }
        throw refusal
    }

    private static var refusal: ReplayError {
        ReplayError(
            .debugger, "what listens on the inspector's port is no inspector",
            remedy: "Try --port 0, and a client of your own.")
    }
}
