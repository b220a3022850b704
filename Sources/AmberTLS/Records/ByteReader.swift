/// Reads numbers and vectors of TLS's presentation language (RFC 8446 section 3); never past the end.
struct ByteReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isEmpty: Bool { bytes.isEmpty }

    /// What has not been read.
    var rest: ArraySlice<UInt8> { bytes }

    /// A big-endian number of one to four bytes; nil where they are not there.
    mutating func number(_ size: Int) -> Int? { take(size).map { $0.reduce(0) { $0 << 8 | Int($1) } } }

    /// So many bytes; nil where they are not there.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    /// A vector with its length before it, in a number of `size` bytes.
    mutating func vector(_ size: Int) -> ArraySlice<UInt8>? { number(size).flatMap { take($0) } }
}

extension [UInt8] {
    /// Appends a big-endian number.
    mutating func append(number: Int, size: Int) {
        for place in (0..<size).reversed() { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    /// Appends a vector with its length before it.
    mutating func append(vector: some Collection<UInt8>, size: Int) {
        append(number: vector.count, size: size)
        append(contentsOf: vector)
    }
}
