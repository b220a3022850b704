/// A SHA-256 digest, written `sha256:` and 64 hexadecimal digits as OCI does.
public struct Digest: Hashable, Sendable, Comparable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Wraps 32 bytes; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads `sha256:…`; nil for anything else. Upper-case digits are refused, as OCI image-spec descriptor.md says.
    public init?(_ text: String) {
        let characters = Array(text.utf8)
        guard characters.count == 71, text.hasPrefix("sha256:") else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for position in stride(from: 7, to: 71, by: 2) {
            guard let high = Self.value(of: characters[position]),
                let low = Self.value(of: characters[position + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// The 64 hexadecimal digits, lower case.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Orders by value.
    public static func < (left: Digest, right: Digest) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension Digest: CustomStringConvertible {
    /// The OCI form, `sha256:…`.
    public var description: String { "sha256:" + hexadecimal }
}

extension Digest: Codable {
    /// Reads the OCI form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a digest is sha256: and 64 lower-case hexadecimal digits")
        }
        self = digest
    }

    /// Writes the OCI form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
