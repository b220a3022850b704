import AmberModel
import Synchronization

/// Which exchanges go into a bundle beside the failing one.
struct RelatedExchanges {
    /// Most of one kind.
    static let mostInFlight = 100
    static let mostOfClient = 50
    static let mostBefore = 20

    /// One exchange and why it is there.
    struct Member {
        var exchange: Exchange
        var role: RequestRecord.Role
    }

    /// The failing exchange first, then those that were open with it, then what the same client sent, then others.
    static func select(for incident: Incident, _ recorder: FlightRecorder) -> [Member] {
        let failing = incident.exchange
        let end = failing.state.withLock { $0.endedAt } ?? .max
        var members = [Member(exchange: failing, role: .failing)]
        var taken: Set<Int> = [failing.number]
        func add(_ exchanges: some Sequence<Exchange>, _ role: RequestRecord.Role) {
            for exchange in exchanges where taken.insert(exchange.number).inserted {
                members.append(Member(exchange: exchange, role: role))
            }
        }
        add(incident.companions, .inFlight)
        let ended = recorder.ended
        let overlapping = ended.filter { other in
            other.beganAt <= end && (other.state.withLock { $0.endedAt } ?? .max) >= failing.beganAt
        }
        add(recorder.inFlight.filter { $0.beganAt <= end }.prefix(mostInFlight), .inFlight)
        add(overlapping.suffix(mostInFlight), .inFlight)
        let before = ended.filter { $0.number < failing.number }
        let identity = ClientIdentity(failing)
        add(
            before.reversed().lazy.filter { ClientIdentity($0) == identity }.prefix(mostOfClient), .sameClient
        )
        add(before.suffix(mostBefore), .before)
        return members
    }
}

/// What tells one client from another: its credentials where it has some, else its address.
struct ClientIdentity: Hashable {
    private let text: String

    init(_ exchange: Exchange) {
        let fields = RequestFields.read(exchange.state.withLock { $0.request.bytes })
        func value(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name }?.value
        }
        if let credentials = value("authorization") ?? value("cookie") {
            text = "credentials " + credentials
        } else if let origin = value("x-forwarded-for") ?? value("forwarded") {
            text = "origin " + origin
        } else if exchange.client.hasPrefix("127.") || exchange.client.hasPrefix("[::1]") {
            // Everybody on this host has this address: only the connection tells them apart.
            text = "connection \(exchange.connection)"
        } else {
            text = String(
                exchange.client[..<(exchange.client.lastIndex(of: ":") ?? exchange.client.endIndex)])
        }
    }
}
