/// Cuts a stream into lines; memory is the longest line.
struct LineReader {
    private let stream: any ByteStream
    private let subject: String
    private let limit: Int
    private var rest: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// Number of the line that was returned last, counted from 1.
    private(set) var number = 0

    /// A line of more than `limit` bytes is an error.
    init(_ stream: any ByteStream, subject: String, limit: Int) {
        self.stream = stream
        self.subject = subject
        self.limit = limit
    }

    /// The next line without its newline, empty lines passed over; nil at the end.
    mutating func next() throws(BundleError) -> ArraySlice<UInt8>? {
        var searched = position
        while true {
            if let newline = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[position..<newline]
                position = newline + 1
                searched = position
                number += 1
                if line.isEmpty { continue }
                return line
            }
            searched = rest.count - position
            rest.removeSubrange(..<position)
            position = 0
            guard rest.count <= limit else {
                throw BundleError(
                    .limitExceeded, subject, "line \(number + 1) has more than \(limit) bytes",
                    remedy: BundleError.doNotTrust)
            }
            let piece = isAtEnd ? UnsafeRawBufferPointer(start: nil, count: 0) : try stream.next()
            guard !piece.isEmpty else {
                isAtEnd = true
                defer { rest = [] }
                guard !rest.isEmpty else { return nil }
                number += 1
                return rest[...]
            }
            rest.append(contentsOf: piece)
        }
    }
}
