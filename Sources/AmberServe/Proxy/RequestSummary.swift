import AmberHTTP
package import AmberModel

/// How an exchange ended.
package typealias ExchangeEnding = RequestRecord.Ending

/// Where a request's method and target stand in its head, and what follows from it.
package struct RequestSummary: Hashable, Sendable {
    var method: Range<Int>
    var target: Range<Int>
    var isHead: Bool
}
