/// What the holes of a pattern kept of one line.
struct LineFields {
    /// Names of the holes that recipes may use for failures.
    static let names: Set<String> = ["type", "message", "function", "file", "line"]

    var type: String?
    var message: String?
    var function: String?
    var file: String?
    var line: Int?

    init(_ text: FailureText, _ line: Int, _ pattern: Pattern, _ captures: Pattern.Captures) {
        for (name, range) in zip(pattern.names, captures) {
            let value = text.string(line, range)
            switch name {
            case "type": type = value
            case "message": message = value
            case "function": function = value
            case "file": file = value
            default: self.line = Int(value)
            }
        }
    }
}
