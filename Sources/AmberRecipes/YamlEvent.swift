import CYaml

/// One of libyaml's events as a value, its C memory no longer needed.
struct YamlEvent {
    /// What the reader must do with it.
    enum Kind { case boundary, streamEnd, sequenceEnd, mappingEnd, node }
    /// What begins here; meaningful where `kind` is `node`.
    enum Value {
        case alias(String)
        case scalar(String, isPlain: Bool)
        case sequence
        case mapping
    }

    let kind: Kind
    let value: Value
    let anchor: String?
    let hasTag: Bool
    let mark: YamlMark

    /// Copies what is needed out of an event; the caller deletes it afterwards.
    init(_ event: yaml_event_t) {
        var kind = Kind.node
        var value = Value.scalar("", isPlain: true)
        var anchor: UnsafeMutablePointer<UInt8>?
        var tag: UnsafeMutablePointer<UInt8>?
        switch event.type {
        case YAML_ALIAS_EVENT: value = .alias(Self.text(event.data.alias.anchor))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            value = .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain)
            (anchor, tag) = (scalar.anchor, scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            value = .sequence
            (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            value = .mapping
            (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_STREAM_END_EVENT: kind = .streamEnd
        default: kind = .boundary
        }
        self.kind = kind
        self.value = value
        self.anchor = anchor.map { Self.text($0) }
        hasTag = tag != nil
        mark = YamlMark(line: event.start_mark.line + 1, column: event.start_mark.column + 1)
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}
