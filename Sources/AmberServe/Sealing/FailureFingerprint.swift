import AmberHTTP
import AmberModel

/// What makes two failing exchanges the same failure: a text to compare and to count by.
enum FailureFingerprint {
    /// The fingerprint of an exchange.
    ///
    /// Where the service named an exception, its type and frames; else the route, the status and what the body says
    /// without what differs each time.
    static func text(
        trigger: Trigger, method: String, target: [UInt8], status: Int?, signature: FailureSignature,
        body: [UInt8], normalise: ([UInt8]) -> [UInt8]
    ) -> String {
        let head = "\(trigger.name.rawValue) \(status.map { "\($0)" } ?? "-") \(signature.outcome)"
        if let type = signature.type {
            let frames = signature.frames.prefix(8).map {
                "\($0.function ?? "")@\($0.file ?? ""):\($0.line ?? 0)"
            }
            return ([head, type] + frames).joined(separator: "|")
        }
        let said = String(decoding: normalise(Array(body.prefix(4096))), as: UTF8.self)
        return [head, method, route(target), withoutNumbers(said)].joined(separator: "|")
    }

    /// A target without query, and without what looks like an id: `/orders/17/items` is `/orders/{}/items`.
    static func route(_ target: [UInt8]) -> String {
        let path = target.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        return String(decoding: path, as: UTF8.self).split(separator: "/", omittingEmptySubsequences: false)
            .map { isIdentifier($0) ? "{}" : String($0) }.joined(separator: "/")
    }

    private static func isIdentifier(_ segment: Substring) -> Bool {
        let digits = segment.utf8.count { (0x30...0x39).contains($0) }
        guard digits > 0 else { return false }
        if digits == segment.utf8.count { return true }
        let isHexadecimal = segment.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
        }
        return isHexadecimal && segment.utf8.count >= 8 || segment.utf8.count >= 20
    }

    private static func withoutNumbers(_ text: String) -> String {
        var result = ""
        var wasDigit = false
        for scalar in text.unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar)
            if !isDigit { result.unicodeScalars.append(scalar) } else if !wasDigit { result += "0" }
            wasDigit = isDigit
        }
        return result
    }
}
