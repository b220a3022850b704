/// Which incidents become bundles: one of a kind for a while, so many in all. Pure; times are CLOCK_MONOTONIC.
package struct IncidentPolicy: Sendable {
    /// So many in a period.
    package struct Rate: Hashable, Sendable {
        package var count: Int
        /// Nanoseconds.
        package var period: Int64

        package init(count: Int, period: Int64) {
            self.count = count
            self.period = period
        }
    }

    /// Why an incident makes no bundle.
    package enum DropReason: String, Sendable, CaseIterable {
        /// It broke off together with others, and is looked at with them.
        case together
        /// A bundle of the same failure was sealed not long ago.
        case duplicate
        /// There were too many bundles of late.
        case rate
        /// Too many incidents wait already.
        case busy
        /// The disk quota is used up by bundles that are pinned.
        case quota
        /// The sealing failed: a full disk.
        case failed
    }

    /// Bundles of one failure.
    package var perSignature = Rate(count: 1, period: 3_600_000_000_000)
    /// Bundles in all.
    package var all = Rate(count: 60, period: 3_600_000_000_000)
    /// Most failures that are told apart; the oldest are forgotten.
    static let mostSignatures = 4096

    private var sealed: [Int64] = []
    private var bySignature: [String: [Int64]] = [:]
    private var order: [String] = []

    package init() {}

    /// Decides about a failure; a nil answer counts it as sealed.
    mutating func decide(_ signature: String, at now: Int64) -> DropReason? {
        let recent = (bySignature[signature] ?? []).filter { now - $0 < perSignature.period }
        guard recent.count < perSignature.count else { return .duplicate }
        sealed.removeAll { now - $0 >= all.period }
        guard sealed.count < all.count else { return .rate }
        sealed.append(now)
        if bySignature[signature] == nil {
            order.append(signature)
            if order.count > Self.mostSignatures { bySignature[order.removeFirst()] = nil }
        }
        bySignature[signature] = recent + [now]
        return nil
    }

    /// Takes back what `decide` counted, because there is no bundle after all.
    mutating func forget(_ signature: String, at now: Int64) {
        sealed.removeAll { $0 == now }
        bySignature[signature]?.removeAll { $0 == now }
    }
}
