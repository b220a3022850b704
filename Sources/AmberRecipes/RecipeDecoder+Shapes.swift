extension RecipeDecoder {
    /// Reads `failure.shapes`, with `exit` and `signals` of the failure as each shape's defaults.
    func shapes(_ failure: [String: YamlNode]) throws(RecipeError) -> [FailureShape] {
        let exitCodes = try numbers(failure["exit"], in: 1...255)
        let signals = try numbers(failure["signals"], in: 1...64)
        var shapes: [FailureShape] = []
        for node in items(failure["shapes"]) {
            let keys = try mapping(
                node,
                known: [
                    "name", "stream", "order", "weight", "at-end", "exit", "signals", "type", "frames",
                    "files",
                    "begin", "lines",
                ],
                required: ["name", "begin"])
            guard let name = keys["name"] else { continue }
            var shape = FailureShape(name: try text(name))
            if let node = keys["stream"] { shape.stream = try word(node) }
            if let node = keys["order"] { shape.order = try word(node) }
            if let node = keys["weight"] { shape.weight = try word(node) }
            if let node = keys["at-end"] { shape.isAtEnd = try flag(node) }
            if let node = keys["type"] { shape.type = try text(node) }
            shape.files = try globs(keys["files"])
            if let node = keys["frames"] { shape.leastFrames = try number(node, in: 0...100) }
            shape.exitCodes = keys["exit"] == nil ? exitCodes : try numbers(keys["exit"], in: 1...255)
            shape.signals = keys["signals"] == nil ? signals : try numbers(keys["signals"], in: 1...64)
            shape.beginnings = try beginnings(keys["begin"])
            shape.rules = try lineRules(keys["lines"])
            shapes.append(shape)
        }
        return shapes
    }

    /// A list of beginnings: a pattern, or a list of patterns for consecutive lines.
    private func beginnings(_ node: YamlNode?) throws(RecipeError) -> [[Pattern]] {
        var result: [[Pattern]] = []
        for item in items(node) {
            let row = try patterns(item, allowed: LineFields.names)
            guard !row.isEmpty else { throw error(item, "expected a pattern, or a list of patterns") }
            result.append(row)
        }
        if result.isEmpty, let node { throw error(node, "expected at least one beginning") }
        return result
    }

    private func lineRules(_ node: YamlNode?) throws(RecipeError) -> [LineRule] {
        let meanings = LineRule.Meaning.allCases.map(\.rawValue)
        var rules: [LineRule] = []
        for item in items(node) {
            let keys = try mapping(item, known: meanings + ["when"])
            let found = LineRule.Meaning.allCases.filter { keys[$0.rawValue] != nil }
            guard let meaning = found.first, found.count == 1 else {
                throw error(item, "expected exactly one of \(meanings.joined(separator: ", "))")
            }
            let condition: LineRule.Condition =
                try keys["when"].map { node throws(RecipeError) in try word(node) } ?? .always
            let patterns = try patterns(keys[meaning.rawValue], allowed: LineFields.names)
            rules.append(LineRule(meaning: meaning, patterns: patterns, condition: condition))
        }
        return rules
    }
}
