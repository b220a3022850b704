package import AmberModel

/// A reason to keep an exchange.
package struct Trigger: Hashable, Sendable {
    /// The kinds of reasons, as they stand in bundles and metrics.
    package enum Name: String, Sendable, CaseIterable {
        case status
        case latency
        case body
        case header
        case log
        case reset
        case crash
        case request
        case failure
        case sample
    }

    package var name: Name
    /// In words: `status 500`.
    package var reason: String
    /// The bound that was crossed, nanoseconds.
    package var latency: Int64?
    /// The pattern that was found.
    package var pattern: String?

    package init(_ name: Name, _ reason: String, latency: Int64? = nil, pattern: String? = nil) {
        self.name = name
        self.reason = reason
        self.latency = latency
        self.pattern = pattern
    }

    /// A response that was not answered within a bound.
    static func slow(_ latency: Int64) -> Trigger {
        Trigger(.latency, "no response within \(latency / 1_000_000) ms", latency: latency)
    }

    /// As it stands in a bundle.
    package var record: ServiceRecord.Trigger {
        ServiceRecord.Trigger(name: name.rawValue, reason: reason, latency: latency, pattern: pattern)
    }
}
