/// Replaces what differs between two runs of the same failure: process ids, addresses, times, temporary names.
///
/// One pass: at each place the first rule that fits is applied, and its replacement is not looked at again.
package struct Normaliser: Sendable {
    private let rules: [NormalisationRule]
    /// For each first byte of a match the rules that may fit, in order.
    private let rulesByByte: [[Int]]

    /// Prepares the rules; their order is their priority.
    package init(rules: [NormalisationRule]) {
        self.rules = rules
        var table = Array(repeating: [Int](), count: 256)
        for (index, rule) in rules.enumerated() {
            let first = rule.pattern.firstBytes
            for byte in UInt8.min...UInt8.max where first.contains(byte) { table[Int(byte)].append(index) }
        }
        rulesByByte = table
    }

    /// Rewrites a text.
    ///
    /// - Returns: The text, and the names of the rules that changed something, sorted, each once.
    package func normalise(_ text: String) -> (text: String, used: [String]) {
        let (bytes, used) = normalise(Array(text.utf8))
        return (String(decoding: bytes, as: UTF8.self), used)
    }

    /// Rewrites the bytes of an output, which need not be UTF-8.
    package func normalise(_ bytes: [UInt8]) -> (bytes: [UInt8], used: [String]) {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var used: Set<Int> = []
        let span = bytes.span
        var position = 0
        while position < span.count {
            guard let (index, end, written) = match(span, at: position) else {
                result.append(span[position])
                position += 1
                continue
            }
            if !bytes[position..<end].elementsEqual(written) { used.insert(index) }
            result += written
            position = end
        }
        return (result, Set(used.map { rules[$0].name }).sorted())
    }

    private func match(_ span: Span<UInt8>, at position: Int) -> (rule: Int, end: Int, written: [UInt8])? {
        for index in rulesByByte[Int(span[position])] {
            let rule = rules[index]
            if rule.isWholeWord, position > 0, isWord(span[position]), isWord(span[position - 1]) { continue }
            guard let (end, captures) = rule.pattern.matchPrefix(span, from: position), end > position else {
                continue
            }
            if rule.isWholeWord, end < span.count, isWord(span[end]), isWord(span[end - 1]) { continue }
            var written: [UInt8] = []
            for piece in rule.replacement {
                switch piece {
                case .text(let bytes): written += bytes
                case .capture(let number):
                    for index in captures[number] { written.append(span[index]) }
                }
            }
            return (index, end, written)
        }
        return nil
    }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
        default: false
        }
    }
}
