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

    package init(_ name: Name, _ reason: String) {
        self.name = name
        self.reason = reason
    }

    /// As it stands in a bundle.
    package var record: ServiceRecord.Trigger { ServiceRecord.Trigger(name: name.rawValue, reason: reason) }
}
