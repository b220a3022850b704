import CYaml

/// Reads one YAML document through libyaml's events.
///
/// Recipes may come from anybody, so everything is bounded: 1 MiB of text, 32 levels, 20,000 values (an alias
/// counts as everything it stands for: no billion laughs). Duplicate keys, keys that are not text, tags and a second
/// document are refused with their place.
struct YamlDocument: ~Copyable {
    static let largestSize = 1 << 20
    static let deepestLevel = 32
    static let mostValues = 20_000

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String
    private var anchors: [String: (node: YamlNode, values: Int)] = [:]
    private var values = 0

    /// Reads the document; nil where the file holds none.
    static func read(_ bytes: [UInt8], file: String) throws(RecipeError) -> YamlNode? {
        guard bytes.count <= largestSize else {
            throw RecipeError(
                file: file, mark: YamlMark(line: 1, column: 1), "larger than \(largestSize) bytes")
        }
        // libyaml reads the buffer while it parses, so it must not move: one copy with an address of its own.
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        defer { buffer.deallocate() }
        _ = buffer.update(fromContentsOf: bytes)
        var document = try YamlDocument(file: file)
        yaml_parser_set_input_string(document.parser, UnsafePointer(buffer.baseAddress), bytes.count)
        return try document.document()
    }

    private init(file: String) throws(RecipeError) {
        self.file = file
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw RecipeError(file: file, mark: YamlMark(line: 1, column: 1), "no memory for the YAML parser")
        }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func document() throws(RecipeError) -> YamlNode? {
        var root: YamlNode?
        while true {
            let event = try next()
            switch event.kind {
            case .boundary: continue
            case .streamEnd: return root
            case .node:
                if root != nil {
                    throw RecipeError(file: file, mark: event.mark, "a second document; expected one")
                }
                root = try node(event, depth: 0)
            case .sequenceEnd, .mappingEnd:
                throw RecipeError(file: file, mark: event.mark, "an end without a beginning")
            }
        }
    }

    private mutating func node(_ event: YamlEvent, depth: Int) throws(RecipeError) -> YamlNode {
        guard depth < Self.deepestLevel else {
            throw RecipeError(file: file, mark: event.mark, "nested deeper than \(Self.deepestLevel) levels")
        }
        let before = values
        try count(1, at: event.mark)
        let content: YamlNode.Content
        switch event.value {
        case .alias(let name):
            guard let anchor = anchors[name] else {
                throw RecipeError(file: file, mark: event.mark, "no anchor `&\(name)` before this alias")
            }
            try count(anchor.values, at: event.mark)
            return YamlNode(content: anchor.node.content, mark: event.mark)
        case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
        case .sequence: content = .sequence(try items(depth: depth))
        case .mapping: content = .mapping(try entries(depth: depth))
        }
        let node = YamlNode(content: content, mark: event.mark)
        if let anchor = event.anchor { anchors[anchor] = (node, values - before) }
        return node
    }

    private mutating func items(depth: Int) throws(RecipeError) -> [YamlNode] {
        var items: [YamlNode] = []
        while true {
            let event = try next()
            guard event.kind == .node else { return items }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(RecipeError) -> [YamlNode.Entry] {
        var entries: [YamlNode.Entry] = []
        var seen: Set<String> = []
        while true {
            let event = try next()
            guard event.kind == .node else { return entries }
            guard case .scalar(let key, _) = event.value else {
                throw RecipeError(file: file, mark: event.mark, "a key must be text")
            }
            guard seen.insert(key).inserted else {
                throw RecipeError(file: file, mark: event.mark, "the key `\(key)` stands here twice")
            }
            let value = try node(try next(), depth: depth + 1)
            entries.append(YamlNode.Entry(key: key, mark: event.mark, value: value))
        }
    }

    private mutating func count(_ number: Int, at mark: YamlMark) throws(RecipeError) {
        values += number
        guard values <= Self.mostValues else {
            throw RecipeError(file: file, mark: mark, "more than \(Self.mostValues) values, aliases included")
        }
    }

    private func next() throws(RecipeError) -> YamlEvent {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else {
            let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not YAML"
            let place = parser.pointee.problem_mark
            throw RecipeError(
                file: file, mark: YamlMark(line: place.line + 1, column: place.column + 1), problem)
        }
        defer { yaml_event_delete(&raw) }
        let event = YamlEvent(raw)
        if event.hasTag {
            throw RecipeError(file: file, mark: event.mark, "tags such as `!!binary` are not read")
        }
        return event
    }
}
