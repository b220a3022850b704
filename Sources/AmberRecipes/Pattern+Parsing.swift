/// Why a text is no pattern: what was expected, and at which character.
struct PatternError: Error, Hashable {
    /// Characters before the mistake.
    let offset: Int
    /// What is wrong and what was expected.
    let message: String
}

extension Pattern {
    /// Reads a pattern; `allowed` names the holes that may keep something, nil allows any identifier.
    init(_ source: String, allowed: Set<String>?) throws(PatternError) {
        var elements: [Element] = []
        var names: [String] = []
        var text: [UInt8] = []
        let characters = Array(source.utf8)
        var index = 0
        func flush() {
            if !text.isEmpty { elements.append(.text(text)) }
            text = []
        }
        while index < characters.count {
            let byte = characters[index]
            let doubled = index + 1 < characters.count && characters[index + 1] == byte
            if byte != UInt8(ascii: "{"), byte != UInt8(ascii: "}") {
                text.append(byte)
                index += 1
            } else if doubled {
                text.append(byte)
                index += 2
            } else if byte == UInt8(ascii: "}") {
                throw PatternError(offset: index, message: "a single `}`; write `}}` for the character")
            } else {
                guard let end = characters[index...].firstIndex(of: UInt8(ascii: "}")) else {
                    throw PatternError(
                        offset: index, message: "a hole without `}`; write `{{` for the character")
                }
                flush()
                let hole = String(decoding: characters[(index + 1)..<end], as: UTF8.self)
                let element = try Self.element(hole, at: index, allowed: allowed, &names)
                if case .gap = element, case .gap? = elements.last {
                    throw PatternError(
                        offset: index, message: "two holes of any bytes side by side; put text between them")
                }
                elements.append(element)
                index = end + 1
            }
        }
        flush()
        self.init(source: source, elements: elements, names: names)
    }

    private static func element(
        _ hole: String, at offset: Int, allowed: Set<String>?, _ names: inout [String]
    ) throws(PatternError) -> Element {
        let parts = hole.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let capture = try Self.capture(parts[0], at: offset, allowed: allowed, &names)
        guard parts.count == 2 else { return .gap(least: 1, greedy: false, capture: capture) }
        let words = parts[1].split(separator: " ").map(String.init)
        switch words.first {
        case "rest"? where words.count == 1: return .gap(least: 0, greedy: false, capture: capture)
        case "most"? where words.count == 1: return .gap(least: 1, greedy: true, capture: capture)
        case let word?:
            guard let kind = CharacterClass.named(word), words.count <= 2 else {
                let known = (["rest", "most"] + CharacterClass.all.map(\.name)).joined(separator: ", ")
                throw PatternError(
                    offset: offset, message: "`\(parts[1])` is no class; expected one of \(known)")
            }
            guard words.count == 2 else { return .run(kind, least: 1, most: .max, capture: capture) }
            guard let count = Self.count(words[1]) else {
                throw PatternError(
                    offset: offset, message: "`\(words[1])` is no count; expected `4`, `6..` or `6..12`")
            }
            return .run(kind, least: count.lowerBound, most: count.upperBound, capture: capture)
        case nil: throw PatternError(offset: offset, message: "a class expected after `:`")
        }
    }

    private static let nameBytes = ByteSet(ranges: [0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F...0x5F])

    private static func capture(
        _ name: String, at offset: Int, allowed: Set<String>?, _ names: inout [String]
    ) throws(PatternError) -> Int? {
        if name == "_" { return nil }
        if let allowed, !allowed.contains(name) {
            let known = allowed.sorted().joined(separator: ", ")
            throw PatternError(
                offset: offset, message: "no hole `\(name)` here; expected `_` or one of \(known)")
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ nameBytes.contains($0) }) else {
            throw PatternError(offset: offset, message: "`\(name)` is no name for a hole")
        }
        if names.contains(name) {
            throw PatternError(offset: offset, message: "the hole `\(name)` stands here twice")
        }
        names.append(name)
        return names.count - 1
    }

    private static func count(_ text: String) -> ClosedRange<Int>? {
        let limit = 4096
        if let exact = Int(text) { return exact >= 0 && exact <= limit ? exact...exact : nil }
        guard let dots = text.firstRange(of: ".."), let least = Int(text[..<dots.lowerBound]), least >= 0
        else { return nil }
        let tail = text[dots.upperBound...]
        if tail.isEmpty { return least <= limit ? least...Int.max : nil }
        guard let most = Int(tail), most >= least, most <= limit else { return nil }
        return least...most
    }
}
