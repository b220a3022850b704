/// JSON text, written member by member into one array.
///
/// A bill names every touched file: building it as a tree of values first costs ten times its size in memory.
struct JSONText {
    /// The text so far, UTF-8.
    private(set) var bytes: [UInt8] = []
    private var depth = 0
    private var isFirst = true

    /// Makes an empty text with room for about `capacity` bytes.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Ends the text with a newline.
    mutating func finish() { bytes.append(10) }

    /// Writes an object or array element, its members by `body`.
    mutating func object(_ key: String? = nil, _ body: (inout JSONText) -> Void) {
        enclose(key, "{", "}", body)
    }

    /// Writes an array, its elements by `body`.
    mutating func array(_ key: String, _ body: (inout JSONText) -> Void) { enclose(key, "[", "]", body) }

    /// Writes a string; nothing where there is none.
    mutating func member(_ key: String, _ value: String?) {
        guard let value else { return }
        start(key)
        quote(value)
    }

    /// Writes a number.
    mutating func member(_ key: String, _ value: Int) {
        start(key)
        bytes += Array(String(value).utf8)
    }

    private mutating func enclose(
        _ key: String?, _ open: String, _ close: String, _ body: (inout JSONText) -> Void
    ) {
        start(key)
        bytes += Array(open.utf8)
        depth += 1
        isFirst = true
        body(&self)
        depth -= 1
        if !isFirst { newline() }
        bytes += Array(close.utf8)
        isFirst = false
    }

    private mutating func start(_ key: String?) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        if depth > 0 { newline() }
        isFirst = false
        guard let key else { return }
        quote(key)
        bytes += [UInt8(ascii: ":"), 32]
    }

    private mutating func newline() {
        bytes.append(10)
        for _ in 0..<depth { bytes += [32, 32] }
    }

    /// Writes a string with the escapes of RFC 8259 section 7.
    private mutating func quote(_ text: String) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
