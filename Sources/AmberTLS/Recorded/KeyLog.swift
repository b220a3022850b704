/// The secrets of sessions as programs write them to the file that SSLKEYLOGFILE names.
///
/// Source: the format of NSS, draft-ietf-tls-keylogfile. Lines are `LABEL CLIENT-RANDOM SECRET`.
package struct KeyLog: Sendable {
    /// A secret's name.
    enum Label: String, Hashable, Sendable {
        /// The master secret of TLS 1.2.
        case master = "CLIENT_RANDOM"
        case clientHandshake = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
        case serverHandshake = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
        case client = "CLIENT_TRAFFIC_SECRET_0"
        case server = "SERVER_TRAFFIC_SECRET_0"
    }

    private var secrets: [[UInt8]: [Label: [UInt8]]] = [:]
    private static let mostSessions = 200_000

    /// Reads the lines of a file; what is none is passed over.
    package init(_ text: [UInt8]) {
        for line in text.split(separator: UInt8(ascii: "\n")) where line.count < 400 {
            let words = line.split { $0 == 0x20 || $0 == 0x0D }
            guard words.count == 3, let label = Label(rawValue: String(decoding: words[0], as: UTF8.self)),
                let random = Self.bytes(words[1]), random.count == 32, let secret = Self.bytes(words[2]),
                !secret.isEmpty, secrets.count < Self.mostSessions || secrets[random] != nil
            else { continue }
            secrets[random, default: [:]][label] = secret
        }
    }

    /// The secrets of one session.
    package init(_ secrets: SessionSecretSearch.Secrets, clientRandom: [UInt8]) {
        self.secrets[clientRandom] = secrets.byLabel
    }

    /// True where there are secrets of a session that began with this random number.
    package func knows(_ clientRandom: [UInt8]) -> Bool { secrets[clientRandom] != nil }

    /// True where there is none at all.
    package var isEmpty: Bool { secrets.isEmpty }

    /// A secret of the session that began with a client's random number.
    func secret(_ label: Label, _ random: [UInt8]) -> [UInt8]? { secrets[random]?[label] }

    /// Bytes out of hexadecimal digits; nil for anything else.
    private static func bytes(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            if let first = high {
                bytes.append(first << 4 | UInt8(value))
                high = nil
            } else {
                high = UInt8(value)
            }
        }
        return bytes
    }
}
