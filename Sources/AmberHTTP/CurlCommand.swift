/// A request as a `curl` command that can be pasted into a shell.
public struct CurlCommand: Sendable {
    private let request: HTTPMessage
    private let origin: String

    /// Fields that curl writes itself, or that are about the connection.
    private static let left: Set<String> = ["host", "content-length", "connection", "transfer-encoding"]

    /// Takes a request; `origin` is `http://HOST:PORT`.
    public init(_ request: HTTPMessage, origin: String) {
        self.request = request
        self.origin = origin
    }

    /// The command, on several lines; a body that is no text is left out and named.
    public var text: String {
        let parts = request.startParts
        let method = parts.first ?? "GET"
        let target = parts.count > 1 ? parts[1] : "/"
        var words = ["curl -i " + Self.quoted(target.hasPrefix("/") ? origin + target : target)]
        if target.contains("..") || target.contains("/./") { words.append("--path-as-is") }
        if target.contains(where: { "[]{}".contains($0) }) { words.append("--globoff") }
        if method == "HEAD" {
            words.append("--head")
        } else if method != (request.body.isEmpty ? "GET" : "POST") {
            words.append("-X " + Self.quoted(method))
        }
        for field in request.fields where !Self.left.contains(field.name.lowercased()) {
            // `Name;` sends a field without a value, `Name:` would leave it out (curl(1), --header).
            words.append(
                "-H " + Self.quoted(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"))
        }
        if !request.body.isEmpty {
            if let body = String(validating: request.body, as: UTF8.self), !body.contains("\0") {
                words.append("--data-raw " + Self.quoted(body))
            } else {
                words.append("--data-binary @BODY")
            }
            if request.value("content-type") == nil { words.append("-H 'Content-Type;'") }
        }
        return words.joined(separator: " \\\n  ")
    }

    /// The body cannot stand in a command: `text` names a file BODY instead.
    public var needsBodyFile: Bool {
        !request.body.isEmpty
            && (String(validating: request.body, as: UTF8.self).map { $0.contains("\0") } ?? true)
    }

    /// One word of a POSIX shell.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            ByteClass.isToken(byte) && byte != UInt8(ascii: "'") && byte != UInt8(ascii: "*")
                && byte != UInt8(ascii: "~") && byte != UInt8(ascii: "!") && byte != UInt8(ascii: "`")
                && byte != UInt8(ascii: "#") && byte != UInt8(ascii: "$") && byte != UInt8(ascii: "&")
                && byte != UInt8(ascii: "|")
                || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":")
        }
        if plain, !text.isEmpty { return text }
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
