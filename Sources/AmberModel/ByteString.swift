/// A string of bytes as the kernel knows it: a path, an argument, an environment entry; not always UTF-8.
///
/// In JSON it is a plain string where the bytes are valid UTF-8, and `{"base64": "…"}` where they are not, so
/// that `jq` reads almost every bundle and no byte is ever lost. Costs one array; never holds a trailing NUL.
public struct ByteString: Hashable, Sendable, Comparable {
    /// The bytes themselves.
    public let bytes: [UInt8]

    /// Wraps raw bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Takes the UTF-8 of a string.
    public init(_ string: String) { self.bytes = Array(string.utf8) }

    /// The text, or nil where the bytes are not valid UTF-8.
    public var string: String? { String(validating: bytes, as: UTF8.self) }

    /// Number of bytes.
    public var count: Int { bytes.count }

    /// Tells whether there is no byte at all.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Hashes all bytes at once: the synthesised way does it one by one, ten times slower.
    public func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }

    /// Orders by byte value, so that the order never depends on a locale.
    public static func < (left: ByteString, right: ByteString) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ByteString: ExpressibleByStringLiteral {
    /// Takes the UTF-8 of a literal.
    public init(stringLiteral value: String) { self.init(value) }
}

extension ByteString: CustomStringConvertible {
    /// The text for people: bytes that are not UTF-8 or not printable appear as `\xNN`.
    public var description: String {
        if let string,
            !string.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        {
            return string
        }
        var text = ""
        for byte in bytes {
            if byte >= 0x20, byte < 0x7F {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text
    }
}

extension ByteString: Codable {
    private enum CodingKeys: String, CodingKey { case base64 }

    /// Reads a plain string, or the base64 form.
    public init(from decoder: any Decoder) throws {
        if let string = try? decoder.singleValueContainer().decode(String.self) {
            self.init(string)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .base64)
        guard let bytes = Base64.decode(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .base64, in: container, debugDescription: "not base64: RFC 4648 section 4 expected")
        }
        self.init(bytes)
    }

    /// Writes a plain string where that loses nothing, else the base64 form.
    public func encode(to encoder: any Encoder) throws {
        if let string {
            var container = encoder.singleValueContainer()
            try container.encode(string)
        } else {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Base64.encode(bytes), forKey: .base64)
        }
    }
}
