/// Reads values out of YAML, and says where and what where one is not what a recipe needs.
struct RecipeDecoder {
    let file: String

    /// The entries of a mapping by key; keys outside `known` are refused unless they begin with `x-`.
    func mapping(
        _ node: YamlNode, known: [String], required: [String] = []
    ) throws(RecipeError) -> [String: YamlNode] {
        guard case .mapping(let entries) = node.content else {
            throw error(node, "\(node.kind); expected a mapping with \(known.joined(separator: ", "))")
        }
        var result: [String: YamlNode] = [:]
        for entry in entries where !entry.key.hasPrefix("x-") {
            guard known.contains(entry.key) else {
                let expected = known.joined(separator: ", ")
                throw RecipeError(
                    file: file, mark: entry.mark,
                    "unknown key `\(entry.key)`; expected one of \(expected), or a key that begins with `x-`")
            }
            result[entry.key] = entry.value
        }
        for key in required where result[key] == nil { throw error(node, "the key `\(key)` is missing") }
        return result
    }

    /// A text that is not empty.
    func text(_ node: YamlNode) throws(RecipeError) -> String {
        guard case .scalar(let text, _) = node.content, !text.isEmpty else {
            throw error(node, "\(node.kind); expected text")
        }
        return text
    }

    /// The items of a list; a single value stands for a list of one, nothing for an empty one.
    func items(_ node: YamlNode?) -> [YamlNode] {
        guard let node else { return [] }
        switch node.content {
        case .sequence(let items): return items
        case .scalar("", isPlain: true): return []
        case .scalar, .mapping: return [node]
        }
    }

    /// A list of texts.
    func texts(_ node: YamlNode?) throws(RecipeError) -> [String] {
        var result: [String] = []
        for item in items(node) { result.append(try text(item)) }
        return result
    }

    /// A list of globs.
    func globs(_ node: YamlNode?) throws(RecipeError) -> [Glob] {
        var result: [Glob] = []
        for item in try texts(node) { result.append(Glob(item)) }
        return result
    }

    /// `true` or `false`, nothing else.
    func flag(_ node: YamlNode) throws(RecipeError) -> Bool {
        switch node.content {
        case .scalar("true", isPlain: true): return true
        case .scalar("false", isPlain: true): return false
        default: throw error(node, "expected `true` or `false`")
        }
    }

    /// A number from a range.
    func number(_ node: YamlNode, in range: ClosedRange<Int>) throws(RecipeError) -> Int {
        guard case .scalar(let text, isPlain: true) = node.content, let value = Int(text),
            range.contains(value)
        else {
            throw error(node, "expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A set of numbers from a range.
    func numbers(_ node: YamlNode?, in range: ClosedRange<Int>) throws(RecipeError) -> Set<Int32> {
        var result: Set<Int32> = []
        for item in items(node) { result.insert(Int32(try number(item, in: range))) }
        return result
    }

    /// One of a fixed set of words.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ node: YamlNode, _ type: Word.Type = Word.self
    ) throws(RecipeError) -> Word {
        if case .scalar(let text, _) = node.content, let word = Word(rawValue: text) { return word }
        let expected = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw error(node, "expected one of \(expected)")
    }

    /// A pattern for a line; see `Pattern`. An empty text is an empty line.
    func pattern(_ node: YamlNode, allowed: Set<String>?) throws(RecipeError) -> Pattern {
        guard case .scalar(let text, let isPlain) = node.content, !(isPlain && text.isEmpty) else {
            throw error(node, "\(node.kind); expected a pattern")
        }
        do {
            return try Pattern(text, allowed: allowed)
        } catch {
            let mark = YamlMark(
                line: node.mark.line, column: node.mark.column + error.offset + (isPlain ? 0 : 1))
            throw RecipeError(file: file, mark: mark, error.message)
        }
    }

    /// Patterns: one, or a list.
    func patterns(_ node: YamlNode?, allowed: Set<String>?) throws(RecipeError) -> [Pattern] {
        var result: [Pattern] = []
        for item in items(node) { result.append(try pattern(item, allowed: allowed)) }
        return result
    }

    func error(_ node: YamlNode, _ message: String) -> RecipeError {
        RecipeError(file: file, mark: node.mark, message)
    }
}
