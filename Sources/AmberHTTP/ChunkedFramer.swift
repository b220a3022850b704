/// Finds the end of a chunked body (RFC 9112 section 7.1), strictly: sizes of more than 15 digits, bare line ends and
/// bytes between chunks are refused, because servers differ about them.
struct ChunkedFramer: Hashable, Sendable {
    private enum State: Hashable, Sendable {
        case size(digits: Int)
        case sizeSpace
        case extensions
        case sizeEnd
        case data
        case dataReturn
        case dataEnd
        case trailerStart
        case trailerLine(length: Int)
        case trailerLineEnd
        case lastEnd
        case ended
    }

    /// Most bytes of extensions and trailers together.
    private static let mostOverhead = 64 << 10

    private var state = State.size(digits: 0)
    private var left: UInt64 = 0
    private var overhead = 0

    var isEnded: Bool { state == .ended }

    /// Takes bytes and returns how many belong to the body; `data` is told where payload stands.
    mutating func take(
        _ bytes: Span<UInt8>, data: (Range<Int>) -> Void = { _ in }
    ) throws(HTTPFault) -> Int {
        var index = 0
        while index < bytes.count, state != .ended {
            if state == .data {
                let count = Int(min(left, UInt64(bytes.count - index)))
                data(index..<(index + count))
                index += count
                left -= UInt64(count)
                if left == 0 { state = .dataReturn }
                continue
            }
            try step(bytes[index])
            index += 1
        }
        return index
    }

    private mutating func step(_ byte: UInt8) throws(HTTPFault) {
        switch state {
        case .size(let digits):
            if let digit = ByteClass.hexadecimal(byte) {
                guard digits < 15 else { throw .malformed("a chunk's size is too long") }
                left = left << 4 | digit
                state = .size(digits: digits + 1)
            } else if digits == 0 {
                throw .malformed("a chunk has no size")
            } else {
                try afterSize(byte)
            }
        case .sizeSpace: try afterSize(byte)
        case .extensions:
            if byte == ByteClass.carriageReturn { state = .sizeEnd } else { try countOverhead(byte) }
        case .sizeEnd:
            try demand(byte, ByteClass.lineFeed)
            state = left == 0 ? .trailerStart : .data
        case .dataReturn:
            try demand(byte, ByteClass.carriageReturn)
            state = .dataEnd
        case .dataEnd:
            try demand(byte, ByteClass.lineFeed)
            state = .size(digits: 0)
        case .trailerStart:
            if byte == ByteClass.carriageReturn {
                state = .lastEnd
            } else {
                guard ByteClass.isToken(byte) else { throw .malformed("a trailer is malformed") }
                try countOverhead(byte)
                state = .trailerLine(length: 1)
            }
        case .trailerLine(let length):
            if byte == ByteClass.carriageReturn {
                state = .trailerLineEnd
            } else {
                try countOverhead(byte)
                state = .trailerLine(length: length + 1)
            }
        case .trailerLineEnd:
            try demand(byte, ByteClass.lineFeed)
            state = .trailerStart
        case .lastEnd:
            try demand(byte, ByteClass.lineFeed)
            state = .ended
        case .data, .ended: preconditionFailure("payload and what follows the end are not stepped through")
        }
    }

    private mutating func afterSize(_ byte: UInt8) throws(HTTPFault) {
        switch byte {
        case ByteClass.carriageReturn: state = .sizeEnd
        case UInt8(ascii: ";"): state = .extensions
        case ByteClass.space, ByteClass.tab:
            try countOverhead(byte)
            state = .sizeSpace
        default: throw .malformed("a chunk's size is no number")
        }
    }

    private mutating func countOverhead(_ byte: UInt8) throws(HTTPFault) {
        guard ByteClass.isValue(byte) else { throw .malformed("a control character between chunks") }
        overhead += 1
        if overhead > Self.mostOverhead { throw .malformed("chunk extensions and trailers are too long") }
    }

    private func demand(_ byte: UInt8, _ wanted: UInt8) throws(HTTPFault) {
        guard byte == wanted else { throw .malformed("a chunk does not end where its size says") }
    }
}
