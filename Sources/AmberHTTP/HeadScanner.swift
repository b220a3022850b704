/// Finds the end of a message's head in bytes that arrive piece by piece; each byte is looked at once.
public struct HeadScanner: Hashable, Sendable {
    /// Most bytes of a head, start line and fields together: more than most servers take, so that the refusal is theirs.
    public static let largestHead = 256 << 10

    private var position = 0

    /// Makes a scanner at the start of a message.
    public init() {}

    /// Looks for the end of the head.
    ///
    /// - Parameter bytes: Everything received of the message so far, the new bytes at its end.
    /// - Returns: The length of the head including its empty line; nil where it is not complete yet.
    /// - Throws: `HTTPFault`: 431 where the head is too long.
    public mutating func end(in bytes: Span<UInt8>) throws(HTTPFault) -> Int? {
        var index = position
        let count = bytes.count
        while index < count {
            // Every line ends in LF; a bare one is refused by the parser, not here.
            guard bytes[index] == ByteClass.lineFeed else {
                index += 1
                continue
            }
            if index >= 3, bytes[index - 1] == ByteClass.carriageReturn,
                bytes[index - 2] == ByteClass.lineFeed
            {
                return try checked(index + 1)
            }
            // A line that is empty but for a bare LF ends the head for lenient servers: what follows must not be
            // taken for fields. The parser refuses it.
            if index >= 1, bytes[index - 1] == ByteClass.lineFeed { return try checked(index + 1) }
            index += 1
        }
        position = index
        if count > Self.largestHead { throw HTTPFault(431, "the head is longer than 256 KiB") }
        return nil
    }

    private func checked(_ length: Int) throws(HTTPFault) -> Int {
        if length > Self.largestHead { throw HTTPFault(431, "the head is longer than 256 KiB") }
        return length
    }
}
