import AmberKernel
import AmberModel
import AmberSupervisor
import AmberWire

/// Says how much of what was said with peers is in the bundle; pure.
struct NetworkFidelity {
    let peers: [SocketAddress]
    let records: [TrafficRecord]
    /// What is known of TLS sessions, by the conversation's number.
    let sessions: [Int: TLSRecord]
    let overflow: Int
    let isRecorded: Bool

    private static let mostNames = 5

    /// The row.
    var row: FidelityReport.Row {
        if peers.isEmpty, records.isEmpty { return FidelityReport.Row(aspect: "network", level: .exact) }
        guard isRecorded else {
            return FidelityReport.Row(
                aspect: "network", level: .absent,
                reason: "what was said with peers is not recorded: \(names(peers.map(\.description)))",
                remedy: "leave --no-network away")
        }
        let reasons = absences + truncations + encryptions + overflows
        if reasons.isEmpty { return FidelityReport.Row(aspect: "network", level: .exact, reason: decryption) }
        return FidelityReport.Row(
            aspect: "network", level: .partial,
            reason: (reasons + [decryption].compactMap { $0 }).joined(separator: "; "),
            remedy: encryptions.isEmpty
                ? "a replay refuses what is missing and names it"
                : "capture with --tls-keys (Python, curl, Node, and what uses OpenSSL; not Go, Java)")
    }

    private var absences: [String] {
        var peers: [ConversationRecord.Absence: [String]] = [:]
        for record in records {
            guard let absence = record.absence else { continue }
            peers[absence, default: []].append(name(record))
        }
        return peers.sorted { $0.key.rawValue < $1.key.rawValue }.map { absence, peers in
            "not recorded, \(absence.summary): \(names(peers))"
        }
    }

    private var truncations: [String] {
        let cut = records.filter(\.isTruncated)
        return cut.isEmpty ? [] : ["longer than Amber keeps: \(names(cut.map(name)))"]
    }

    private var encryptions: [String] {
        let encrypted = records.filter {
            $0.absence == nil && sessions[$0.number].map { !$0.canBeEnded } ?? false
        }
        if encrypted.isEmpty { return [] }
        return [
            "encrypted, answered only to a client that says the same to the byte: \(names(encrypted.map(name)))"
        ]
    }

    private var decryption: String? {
        let plain = records.filter { sessions[$0.number]?.isDecrypted ?? false }
        return plain.isEmpty
            ? nil : "TLS, in plain text by the programs' own session secrets: \(names(plain.map(name)))"
    }

    private var overflows: [String] { overflow == 0 ? [] : ["\(overflow) conversations beyond the limit"] }

    private func name(_ record: TrafficRecord) -> String {
        SocketAddress(record.peer)?.description ?? "a peer"
    }

    private func names(_ all: [String]) -> String {
        var distinct: [String] = []
        for name in all where !distinct.contains(name) { distinct.append(name) }
        let more = distinct.count - Self.mostNames
        return distinct.prefix(Self.mostNames).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}

extension ConversationRecord.Absence {
    /// The reason in words.
    var summary: String {
        switch self {
        case .slowPeer: "the peer took longer to answer than a program that does not wait was held"
        case .interrupted: "a signal came before the peer answered"
        case .boundSocket: "the socket had an address of its own"
        case .notPermitted:
            "the kernel does not let Amber take the socket (in a container: --cap-add SYS_PTRACE)"
        case .otherUser: "the peer would have seen another user"
        case .otherNamespace: "the socket is in another network namespace"
        case .unsupported: "this kind of socket is not relayed"
        case .overLimit: "there were too many"
        }
    }
}
