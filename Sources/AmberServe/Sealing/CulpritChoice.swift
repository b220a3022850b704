import AmberHTTP
import AmberModel
import Synchronization

/// Which of the exchanges that broke off together brought the service down.
///
/// A process that dies resets connections whose bytes it had not read, and ends those that it had read from (Linux,
/// tcp_close: unread data sends RST). So a request that came in one piece and was reset is innocent. Of the others, one
/// like many that went well before is the least likely culprit.
struct CulpritChoice {
    /// The exchanges, the most likely culprit first.
    let ranked: [Exchange]
    /// How many of them may be guilty; none where no request had been read.
    let suspectCount: Int
    /// How sure it is that the first one is.
    let attribution: OutboundRecord.Attribution?

    /// Requests longer than this may have been read in part.
    private static let pieceSize: UInt64 = 4096

    init(_ broken: [Exchange], history: [Exchange]) {
        var exact: [Fingerprint: Int] = [:]
        var routes: [Route: Int] = [:]
        for exchange in history {
            let isSuccess = exchange.state.withLock { $0.ending == .complete && ($0.status ?? 500) < 500 }
            guard isSuccess else { continue }
            let print = Fingerprint(exchange)
            exact[print, default: 0] += 1
            routes[print.route, default: 0] += 1
        }
        let ranks = broken.map { exchange in
            let print = Fingerprint(exchange)
            let reading = Reading(exchange)
            return Rank(
                exchange: exchange, isSuspect: reading != .unread,
                place: (
                    reading == .unread ? 1 : 0, exact[print] ?? 0, routes[print.route] ?? 0,
                    reading == .partly ? 1 : 0, -exchange.number
                ))
        }.sorted { $0.place < $1.place }
        ranked = ranks.map(\.exchange)
        let suspects = ranks.filter(\.isSuspect)
        suspectCount = suspects.count
        if suspects.isEmpty {
            attribution = nil
        } else if suspects.count == 1 {
            attribution = .certain
        } else if suspects.count > 1, suspects[0].place.1 == 0, suspects[1].place.1 > 0 {
            // All others went well before, as they stand.
            attribution = .likely
        } else {
            attribution = .shared
        }
    }

    /// Numbers of those that may be guilty, the most likely one first.
    var suspects: [Int] { ranked.prefix(suspectCount).map(\.number) }

    private struct Rank {
        var exchange: Exchange
        var isSuspect: Bool
        var place: (Int, Int, Int, Int, Int)
    }

    /// What the service had seen of a request when it went away.
    private enum Reading {
        case whole
        case partly
        case unread

        init(_ exchange: Exchange) {
            let (ending, hasAnswer, size) = exchange.state.withLock {
                ($0.ending, $0.answeredAt != nil, $0.request.total)
            }
            switch ending {
            case .serviceRefused: self = .unread
            case .serviceReset: self = hasAnswer || size > CulpritChoice.pieceSize ? .partly : .unread
            default: self = .whole
            }
        }
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
