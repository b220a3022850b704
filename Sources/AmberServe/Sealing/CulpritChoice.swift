import AmberHTTP
import AmberModel
import Synchronization

/// Which of the exchanges that broke off together brought the service down.
///
/// A process that dies resets connections whose bytes it had not read, and ends those that it had read from: only the
/// latter can be guilty. Of these, a request like many that went well before is the least likely one.
enum CulpritChoice {
    /// The exchanges, the most likely culprit first.
    static func ranked(_ broken: [Exchange], history: [Exchange]) -> [Exchange] {
        var exact: [Fingerprint: Int] = [:]
        var routes: [Route: Int] = [:]
        for exchange in history {
            let isSuccess = exchange.state.withLock { $0.ending == .complete && ($0.status ?? 500) < 500 }
            guard isSuccess else { continue }
            let print = Fingerprint(exchange)
            exact[print, default: 0] += 1
            routes[print.route, default: 0] += 1
        }
        func rank(_ exchange: Exchange) -> (Int, Int, Int, Int) {
            let print = Fingerprint(exchange)
            let (ending, hasAnswer) = exchange.state.withLock { ($0.ending, $0.answeredAt != nil) }
            return (
                ending == .serviceClosed ? 0 : hasAnswer ? 1 : 2, exact[print] ?? 0, routes[print.route] ?? 0,
                -exchange.number
            )
        }
        return broken.map { ($0, rank($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
    }

    private struct Route: Hashable {
        var method: [UInt8]
        var path: [UInt8]
    }

    private struct Fingerprint: Hashable {
        var route: Route
        var query: [UInt8]
        var body: [UInt8]

        init(_ exchange: Exchange) {
            let bytes = exchange.state.withLock { $0.request.bytes }
            let target = bytes[exchange.summary.target]
            let path = target.prefix { $0 != UInt8(ascii: "?") }
            route = Route(method: Array(bytes[exchange.summary.method]), path: Array(path))
            query = Array(target[path.endIndex...])
            var scanner = HeadScanner()
            let end = (try? scanner.end(in: bytes.span)) ?? bytes.count
            body = Array(bytes[end...].prefix(4096))
        }
    }
}
