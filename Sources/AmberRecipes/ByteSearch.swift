/// Looks for one text in many: Horspool's method, which looks at about one byte in as many as the text has.
///
/// Source: R. N. Horspool, "Practical fast searching in strings", 1980.
struct ByteSearch: Hashable, Sendable {
    /// The text.
    let text: [UInt8]
    /// How far to go on, by the byte under the text's end.
    private let skips: [UInt8]

    /// Prepares to look for a text; an empty one is everywhere.
    init(_ text: [UInt8]) {
        self.text = text
        let length = UInt8(clamping: text.count)
        var skips = [UInt8](repeating: max(length, 1), count: text.isEmpty ? 0 : 256)
        for (place, byte) in text.dropLast().enumerated() {
            skips[Int(byte)] = UInt8(clamping: min(text.count - 1 - place, Int(length)))
        }
        self.skips = skips
    }

    /// The place of the first occurrence at or after `start`; nil where there is none.
    func place(in bytes: Span<UInt8>, from start: Int = 0) -> Int? {
        let length = text.count
        if length == 0 { return start <= bytes.count ? start : nil }
        let wanted = text.span
        let skips = skips.span
        let last = wanted[length - 1]
        var place = start
        while place <= bytes.count - length {
            let end = bytes[place + length - 1]
            if end == last {
                var index = 0
                while index < length - 1, bytes[place + index] == wanted[index] { index += 1 }
                if index == length - 1 { return place }
            }
            place += Int(skips[Int(end)])
        }
        return nil
    }
}
