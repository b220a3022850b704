import AmberModel
import Synchronization

/// Texts by which a service's log may name a request: its ids, its path.
struct RequestNames {
    let all: [String]
    /// Its ids alone.
    let identifiers: [String]

    private static let fields = ["x-request-id", "x-correlation-id", "x-trace-id", "request-id"]

    init(_ exchange: Exchange) {
        let bytes = exchange.state.withLock { $0.request.bytes }
        var names: [String] = []
        for field in RequestFields.read(bytes) {
            let name = field.name.lowercased()
            if Self.fields.contains(name), field.value.utf8.count >= 4 { names.append(field.value) }
            if name == "traceparent" {
                let parts = field.value.split(separator: "-")
                if parts.count >= 3 { names.append(String(parts[1])) }
            }
        }
        identifiers = names
        let target = String(decoding: exchange.target, as: UTF8.self)
        if target.utf8.count > 4 { names.append(target) }
        all = names
    }
}
