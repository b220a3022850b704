import AmberModel

/// Certificates as text (RFC 7468).
package enum PEM {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// A certificate in its lines.
    package static func encode(_ certificate: [UInt8]) -> String {
        let text = Array(Base64.encode(certificate))
        let lines = stride(from: 0, to: text.count, by: 64).map { start in
            String(text[start..<min(start + 64, text.count)])
        }
        return ([begin] + lines + [end]).joined(separator: "\n") + "\n"
    }

    /// The certificates of a text; damaged ones are passed over.
    package static func decode(_ text: [UInt8], limit: Int = 64) -> [[UInt8]] {
        var certificates: [[UInt8]] = []
        var lines: [String]?
        for line in text.split(separator: UInt8(ascii: "\n")) where certificates.count < limit {
            let line = String(decoding: line.filter { $0 > 0x20 || $0 == 0x20 }, as: UTF8.self)
            if line == begin {
                lines = []
            } else if line == end {
                if let certificate = Base64.decode((lines ?? []).joined()) {
                    certificates.append(certificate)
                }
                lines = nil
            } else {
                lines?.append(line)
            }
        }
        return certificates
    }

    /// True for a text of certificates alone, to which another one can be added at the end.
    package static func isStore(_ text: [UInt8]) -> Bool {
        guard let last = text.lastIndex(where: { $0 > 0x20 }) else { return false }
        let trimmed = text[...last]
        let kinds = ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"]
        guard kinds.contains(where: { trimmed.ends(with: "-----END \($0)-----") }) else { return false }
        return !trimmed.holds("PRIVATE KEY-----")
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }

    fileprivate func holds(_ text: String) -> Bool {
        let pattern = Array(text.utf8)
        guard let first = pattern.first, count >= pattern.count else { return false }
        return indices.dropLast(pattern.count - 1).contains {
            self[$0] == first && self[$0..<($0 + pattern.count)].elementsEqual(pattern)
        }
    }
}
