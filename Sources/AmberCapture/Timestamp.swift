import FoundationEssentials

/// Times as texts, always UTC.
package enum Timestamp {
    /// RFC 3339 to the second: `2026-11-23T02:09:10Z`.
    package static func text(_ nanoseconds: Int64) -> String { date(nanoseconds).ISO8601Format() }

    /// For file names: `20261123T020910Z`.
    package static func compact(_ nanoseconds: Int64) -> String {
        String(text(nanoseconds).filter { $0 != "-" && $0 != ":" })
    }

    private static func date(_ nanoseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000))
    }

    /// A random UUID in lower case (RFC 9562 section 5.4).
    package static func uniqueID() -> String { UUID().uuidString.lowercased() }
}
