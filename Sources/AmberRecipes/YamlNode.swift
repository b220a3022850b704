/// A place in a YAML file, both counted from 1.
struct YamlMark: Hashable, Sendable {
    var line: Int
    var column: Int
}

/// A value of a YAML document, with the place where it begins.
struct YamlNode: Hashable, Sendable {
    /// One key of a mapping with its value, in the file's order.
    struct Entry: Hashable, Sendable {
        let key: String
        let mark: YamlMark
        let value: YamlNode
    }

    /// The three kinds of value.
    enum Content: Hashable, Sendable {
        /// A scalar; `isPlain` where it stands without quotes, so that `null` and `'null'` differ.
        case scalar(String, isPlain: Bool)
        case sequence([YamlNode])
        case mapping([Entry])
    }

    let content: Content
    let mark: YamlMark

    /// What kind of value this is, for messages.
    var kind: String {
        switch content {
        case .scalar("", isPlain: true): "nothing"
        case .scalar: "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
