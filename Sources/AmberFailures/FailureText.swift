import FoundationEssentials

/// The header's value: base64 of a JSON object, as `amber serve` reads it.
enum FailureText {
    private struct Failure: Encodable {
        var type: String
        var message: String
        var id: String?
        var notes: [String: String]
    }

    /// AMBER_FAILURES is set: the header is meant for Amber, and must not reach clients where Amber is not in front.
    static let isActive: Bool = {
        let value = ProcessInfo.processInfo.environment["AMBER_FAILURES"] ?? ""
        return !value.isEmpty && value != "0"
    }()

    /// Most bytes of a value: servers and proxies take heads of 8 KiB.
    private static let longest = 6 << 10

    /// The value; nil where it cannot be made short enough.
    static func encode(type: String, message: String, id: String?, notes: [String: String]) -> String? {
        for notes in [notes, [:]] {
            let failure = Failure(type: type, message: message, id: id, notes: notes)
            guard let data = try? JSONEncoder().encode(failure) else { continue }
            let text = data.base64EncodedString()
            if text.utf8.count <= longest { return text }
        }
        return nil
    }
}
