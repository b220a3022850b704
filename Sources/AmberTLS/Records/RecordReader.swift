/// Cuts a stream into records; holds at most one incomplete record.
struct RecordReader {
    /// A record as it stands in the stream.
    struct Record: Hashable {
        var type: ContentType
        /// The five bytes before the content.
        var header: [UInt8]
        var content: [UInt8]
    }

    /// The stream is not TLS, or a record is longer than any may be.
    struct Malformed: Error {}

    private var bytes: [UInt8] = []
    private var start = 0
    /// RFC 5246 section 6.2.3: 2048 bytes beyond the content.
    private static let longest = (1 << 14) + 2048

    mutating func append(_ more: some Collection<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes += more
    }

    /// The next whole record; nil where more bytes are needed.
    mutating func next() throws(Malformed) -> Record? {
        guard bytes.count - start >= 5 else { return nil }
        let header = Array(bytes[start..<(start + 5)])
        let length = Int(header[3]) << 8 | Int(header[4])
        guard let type = ContentType(rawValue: header[0]), header[1] == 3, length <= Self.longest else {
            throw Malformed()
        }
        guard bytes.count - start >= 5 + length else { return nil }
        defer { start += 5 + length }
        return Record(type: type, header: header, content: Array(bytes[(start + 5)..<(start + 5 + length)]))
    }
}
