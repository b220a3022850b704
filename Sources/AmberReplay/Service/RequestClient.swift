import AmberHTTP
import AmberKernel

/// Sends one request over a socket and reads what comes back.
struct RequestClient {
    /// What came back.
    struct Answer: Sendable {
        /// All bytes, interim responses included.
        var bytes: [UInt8] = []
        /// How it ended.
        var ending = Ending.complete
        /// From the first byte sent to the first byte received, nanoseconds.
        var waited: Int64?
        /// From the first byte sent to the end, nanoseconds.
        var duration: Int64 = 0

        /// The service went away under it.
        var isBroken: Bool { ending == .closed || ending == .reset }

        enum Ending: Hashable, Sendable {
            case complete
            case closed
            case reset
            case refused
            case timedOut
        }
    }

    /// Most bytes that are read of a response.
    static let mostBytes = 512 << 20

    let socket: Int32
    let deadline: Int64
    private let began = Clock.monotonic()
    private var answer = Answer()
    private var scanner = HeadScanner()
    private var framer: BodyFramer?
    private var headStart = 0
    private let isHead: Bool

    /// Takes a connected socket, borrowed, and a deadline of CLOCK_MONOTONIC.
    init(socket: Int32, isHead: Bool, deadline: Int64) {
        self.socket = socket
        self.isHead = isHead
        self.deadline = deadline
    }

    /// Sends everything and reads to the end of the response.
    mutating func run(_ request: [UInt8]) -> Answer {
        var sent = 0
        while true {
            let left = (deadline - Clock.monotonic()) / 1_000_000
            if left <= 0 { return end(.timedOut) }
            var items = [
                Poll.Item(socket), Poll.Item(sent < request.count ? socket : -1, isForWriting: true),
            ]
            _ = Poll.wait(&items, milliseconds: Int32(clamping: left))
            if items[1].isReady { sent = send(request, sent) }
            if items[0].isReady, let ending = receive() { return end(ending) }
        }
    }

    private func send(_ request: [UInt8], _ sent: Int) -> Int {
        do throws(SyscallError) {
            return sent + (try Files.writeSome(socket, request[sent..<min(sent + 1 << 18, request.count)]))
        } catch {
            // The service reads no more; it may have answered already.
            return error.code == Errno.again ? sent : request.count
        }
    }

    private mutating func receive() -> Answer.Ending? {
        let bytes: [UInt8]
        do throws(SyscallError) { bytes = try Files.readSome(socket, limit: 1 << 16) } catch {
            return error.code == Errno.again ? nil : .reset
        }
        if bytes.isEmpty {
            return framer?.endsWithConnection == true ? .complete : .closed
        }
        if answer.waited == nil { answer.waited = Clock.monotonic() - began }
        answer.bytes += bytes
        if answer.bytes.count > Self.mostBytes { return .timedOut }
        return advance(bytes)
    }

    /// Looks for the end of the response in what has come; `fresh` came last.
    private mutating func advance(_ fresh: [UInt8]) -> Answer.Ending? {
        if framer != nil { return count(fresh, from: 0) }
        while framer == nil {
            let bytes = answer.bytes
            let rest = bytes.span.extracting(headStart..<bytes.count)
            guard let length = try? scanner.end(in: rest) else { return nil }
            guard let head = try? ResponseHead(rest.extracting(0..<length), isAnswerToHead: isHead) else {
                return .closed
            }
            headStart += length
            if head.isInterim { scanner = HeadScanner() } else { framer = BodyFramer(head.framing) }
        }
        return count(answer.bytes, from: headStart)
    }

    private mutating func count(_ bytes: [UInt8], from start: Int) -> Answer.Ending? {
        guard (try? framer?.take(bytes.span.extracting(start..<bytes.count))) != nil else { return .closed }
        return framer?.isEnded == true ? .complete : nil
    }

    private mutating func end(_ ending: Answer.Ending) -> Answer {
        answer.ending = ending
        answer.duration = Clock.monotonic() - began
        return answer
    }
}
