/// Compares two responses to the same request: status, the fields that matter, the body without what always differs.
public struct ResponseComparison: Sendable {
    /// Rewrites what differs from run to run (times, ids, addresses) to one form.
    private let normalise: @Sendable ([UInt8]) -> [UInt8]

    /// Fields whose change is a change of behaviour; all others are the server's and the network's business.
    private static let fieldsThatMatter = [
        "content-type", "location", "www-authenticate", "allow", "content-encoding", "content-disposition",
        "retry-after", "access-control-allow-origin",
    ]

    /// Makes a comparison.
    public init(normalise: @escaping @Sendable ([UInt8]) -> [UInt8]) { self.normalise = normalise }

    /// What differs, in words, most important first; empty where the responses are the same.
    public func differences(_ recorded: HTTPMessage, _ replayed: HTTPMessage) -> [String] {
        var differences: [String] = []
        let (there, here) = (recorded.status, replayed.status)
        if there != here { differences.append("the status was \(there); here it is \(here)") }
        for name in Self.fieldsThatMatter {
            let (there, here) = (field(name, recorded), field(name, replayed))
            guard there != here else { continue }
            differences.append("\(name) was \(there ?? "absent"); here it is \(here ?? "absent")")
        }
        let (thereCookies, hereCookies) = (cookies(recorded), cookies(replayed))
        if thereCookies != hereCookies {
            differences.append(
                "the cookies set were \(thereCookies.sorted()); here they are \(hereCookies.sorted())")
        }
        if let place = bodyDifference(recorded, replayed) { differences.append(place) }
        return differences
    }

    /// Where the bodies differ, in words; nil where they say the same.
    public func bodyDifference(_ recorded: HTTPMessage, _ replayed: HTTPMessage) -> String? {
        if recorded.body == replayed.body { return nil }
        // A recording that was cut says nothing about what followed.
        let count = recorded.isComplete ? nil : recorded.body.count
        let here = count.map { Array(replayed.body.prefix($0)) } ?? replayed.body
        if recorded.body == here { return nil }
        if count == nil, let left = JSONValue(recorded.body), let right = JSONValue(here) {
            return left.difference(from: right, areSame).map { "the body differs at \($0)" }
        }
        let (left, right) = (normalise(recorded.body), normalise(here))
        if left == right { return nil }
        let place =
            zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset ?? min(left.count, right.count)
        return "the body differs at byte \(place)"
    }

    private func field(_ name: String, _ message: HTTPMessage) -> String? {
        message.value(name).map { String(decoding: normalise(Array($0.lowercased().utf8)), as: UTF8.self) }
    }

    private func cookies(_ message: HTTPMessage) -> Set<String> {
        Set(
            message.fields.filter { $0.name.lowercased() == "set-cookie" }.map {
                String($0.value.prefix { $0 != "=" })
            })
    }

    private func areSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.string(let one), .string(let two)): normalise(Array(one.utf8)) == normalise(Array(two.utf8))
        // Seconds or milliseconds since the epoch, between 2001 and 2096: a clock, not a value.
        case (.number(let one), .number(let two)):
            [1e9...4e9, 1e12...4e12].contains { $0.contains(one) && $0.contains(two) }
        default: false
        }
    }
}

extension HTTPMessage {
    /// A response's status; 0 for a request.
    public var status: Int {
        let parts = startParts
        return parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    }
}
