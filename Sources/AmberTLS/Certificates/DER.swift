/// The few shapes of DER (ITU-T X.690) that certificates are made of.
enum DER {
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        if content.count < 128 {
            length = [UInt8(content.count)]
        } else {
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(rest & 0xFF), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }

    static func octets(_ content: [UInt8]) -> [UInt8] { value(0x04, content) }

    /// A bit string of whole bytes.
    static func bits(_ content: [UInt8]) -> [UInt8] { value(0x03, [0] + content) }

    static func text(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }

    static let yes: [UInt8] = [0x01, 0x01, 0xFF]

    /// An element: its tag, its content, and the whole of it.
    struct Element {
        var tag: UInt8
        var content: ArraySlice<UInt8>
        var whole: ArraySlice<UInt8>
    }

    /// Reads the element at the beginning and moves behind it; nil where it is damaged.
    static func next(_ bytes: inout ArraySlice<UInt8>) -> Element? {
        var reader = ByteReader(bytes)
        guard let tag = reader.number(1), tag & 0x1F != 0x1F, var length = reader.number(1) else {
            return nil
        }
        if length >= 0x80 {
            guard length > 0x80, length <= 0x83, let long = reader.number(length & 0x7F) else { return nil }
            length = long
        }
        guard let content = reader.take(length) else { return nil }
        let element = Element(
            tag: UInt8(tag), content: content, whole: bytes[bytes.startIndex..<content.endIndex])
        bytes = reader.rest
        return element
    }

    /// The elements that stand one after another; those before a damaged one.
    static func elements(_ bytes: ArraySlice<UInt8>) -> [Element] {
        var bytes = bytes
        var elements: [Element] = []
        while elements.count < 10_000, let element = next(&bytes) { elements.append(element) }
        return elements
    }
}

/// Object identifiers as DER has them (RFC 5280, RFC 5480).
enum ObjectIdentifier {
    static let commonName: [UInt8] = [0x06, 3, 0x55, 0x04, 0x03]
    static let subjectKey: [UInt8] = [0x06, 3, 0x55, 0x1D, 0x0E]
    static let keyUsage: [UInt8] = [0x06, 3, 0x55, 0x1D, 0x0F]
    static let alternativeName: [UInt8] = [0x06, 3, 0x55, 0x1D, 0x11]
    static let basicConstraints: [UInt8] = [0x06, 3, 0x55, 0x1D, 0x13]
    static let authorityKey: [UInt8] = [0x06, 3, 0x55, 0x1D, 0x23]
    static let extendedKeyUsage: [UInt8] = [0x06, 3, 0x55, 0x1D, 0x25]
    static let serverAuthentication: [UInt8] = [0x06, 8, 0x2B, 6, 1, 5, 5, 7, 3, 1]
    static let ellipticKey: [UInt8] = [0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]
    static let ecdsaWithSHA256: [UInt8] = [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]
}
