import AmberKernel
import AmberModel
import AmberTLS

/// A session of the fixtures, as a relay saw it.
struct RecordedSession {
    /// Its pieces, in order; nil for the end of a direction.
    var pieces: [(direction: SegmentRecord.Direction, bytes: [UInt8]?)]
    var keyLog: [UInt8]

    static let names = [
        "tls13-aes256", "tls13-chacha20-key-update", "tls13-aes128-retry", "tls12-rsa-aes128",
        "tls12-rsa-aes256", "tls12-rsa-chacha20", "tls12-ecdsa-aes128",
    ]

    init(_ name: String) throws {
        let place = String(#filePath.dropLast("RecordedSession.swift".count)) + "Fixtures/" + name
        keyLog = try Files.contents(KernelPath(place + ".keylog"), limit: 1 << 20)
        let text = try Files.contents(KernelPath(place + ".session"), limit: 1 << 20)
        pieces = String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return (words[0] == "sent" ? .sent : .received, Self.bytes(words[1]))
        }
    }

    /// Reads it with these secrets.
    func decode(_ keys: [UInt8]? = nil) -> DecodedSession {
        var decoder = SessionDecoder(keys: KeyLog(keys ?? keyLog))
        for (time, piece) in pieces.enumerated() {
            if let bytes = piece.bytes {
                decoder.take(bytes, piece.direction, at: Int64(time))
            } else {
                decoder.end(piece.direction, .end, at: Int64(time))
            }
        }
        return decoder.session
    }

    private static func bytes(_ digits: Substring) -> [UInt8]? {
        digits == "end"
            ? nil
            : stride(from: 0, to: digits.count, by: 2).compactMap { start in
                let first = digits.index(digits.startIndex, offsetBy: start)
                return UInt8(digits[first...].prefix(2), radix: 16)
            }
    }
}
