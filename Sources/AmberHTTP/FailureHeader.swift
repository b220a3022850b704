package import AmberModel
import FoundationEssentials

/// `X-Amber-Failure`: how a service tells of the failure behind a response, in its own words: base64 of a JSON object.
///
/// Written by the helpers for Swift and Python; the proxy reads it and takes it out of what the client gets.
package enum FailureHeader {
    /// The header's name.
    package static let name = "x-amber-failure"
    /// Most bytes of its value.
    package static let longest = 32 << 10

    /// Reads a value; nil where it is malformed.
    package static func decode(_ value: String) -> RequestFailure? {
        guard value.utf8.count <= longest, let data = Data(base64Encoded: value) else { return nil }
        return try? JSONDecoder().decode(RequestFailure.self, from: data)
    }

    /// Writes a value; frames are left out, the outermost first, until it is short enough.
    package static func encode(_ failure: RequestFailure) -> String? {
        var failure = failure
        while true {
            guard let data = try? JSONEncoder().encode(failure) else { return nil }
            let text = data.base64EncodedString()
            if text.utf8.count <= 6 << 10 { return text }
            guard !failure.frames.isEmpty else { return nil }
            failure.frames.removeLast(max(1, failure.frames.count / 4))
        }
    }
}
