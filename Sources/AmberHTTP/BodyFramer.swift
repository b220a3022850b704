/// Finds the end of a body in bytes that arrive piece by piece; nothing is decoded or changed.
public struct BodyFramer: Hashable, Sendable {
    private enum State: Hashable, Sendable {
        case ended
        case counting(UInt64)
        case chunked(ChunkedFramer)
        case open
    }

    private var state: State

    /// Makes a framer at the start of a body.
    public init(_ framing: BodyFraming) {
        switch framing {
        case .none: state = .ended
        case .length(let length): state = length == 0 ? .ended : .counting(length)
        case .chunked: state = .chunked(ChunkedFramer())
        case .untilClose: state = .open
        }
    }

    /// The body has ended.
    public var isEnded: Bool { state == .ended }

    /// The body ends with the connection.
    public var endsWithConnection: Bool { state == .open }

    /// Takes bytes and returns how many of them belong to this body; the rest is the next message's.
    ///
    /// - Throws: `HTTPFault` where the chunks are malformed.
    public mutating func take(_ bytes: Span<UInt8>) throws(HTTPFault) -> Int {
        switch state {
        case .ended: return 0
        case .open: return bytes.count
        case .counting(let left):
            let count = UInt64(bytes.count)
            if count >= left {
                state = .ended
                return Int(left)
            }
            state = .counting(left - count)
            return bytes.count
        case .chunked(var framer):
            let count = try framer.take(bytes)
            state = framer.isEnded ? .ended : .chunked(framer)
            return count
        }
    }
}
