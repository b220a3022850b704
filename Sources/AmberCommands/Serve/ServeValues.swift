import AmberKernel
import AmberServe
import ArgumentParser

/// Statuses on the command line: `500`, `500-599`, `5xx`, `none`.
struct StatusRange: ExpressibleByArgument {
    /// Nil for `none`.
    let range: ClosedRange<Int>?

    init?(argument: String) {
        if argument == "none" {
            range = nil
        } else if let status = Int(argument), (100...999).contains(status) {
            range = status...status
        } else if argument.count == 3, argument.hasSuffix("xx"), let first = argument.first?.wholeNumberValue,
            (1...5).contains(first)
        {
            range = (first * 100)...(first * 100 + 99)
        } else {
            let parts = argument.split(separator: "-").compactMap { Int($0) }
            guard parts.count == 2, 100 <= parts[0], parts[0] <= parts[1], parts[1] <= 999 else { return nil }
            range = parts[0]...parts[1]
        }
    }
}

/// So many bundles in a time: `1/1h`.
struct BundleRate: ExpressibleByArgument {
    let rate: IncidentPolicy.Rate

    init?(argument: String) {
        let parts = argument.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let count = Int(parts[0]), count >= 0, let span = TimeSpan(argument: parts[1])
        else { return nil }
        rate = IncidentPolicy.Rate(count: count, period: span.duration.nanoseconds)
    }
}

extension ServiceAddress: ExpressibleByArgument {
    /// Reads `PORT` or `HOST:PORT`.
    package init?(argument: String) { self.init(argument) }
}

extension ServeLog.Format: ExpressibleByArgument {}
