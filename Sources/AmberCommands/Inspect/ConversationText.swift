import AmberBundle
import AmberModel

/// What was said with a peer, in words for a terminal: readable text as it is, the rest as its size.
struct ConversationText {
    /// The lines.
    let text: String

    /// Bytes of a segment that are shown.
    private static let mostShown = 2000
    /// Bytes of one direction that are read.
    private static let mostRead = 64 << 20

    /// Reads a conversation's segments and bytes.
    init(_ conversation: ConversationRecord, in reader: BundleReader) throws {
        var lines = [Self.line(conversation)]
        let isPlain = conversation.tls?.isDecrypted ?? false
        let name = "network/\(conversation.number)" + (isPlain ? ".plain" : "")
        let segments = try reader.contents(of: name + ".jsonl", limit: Self.mostRead) ?? []
        var streams: [SegmentRecord.Direction: ArraySlice<UInt8>] = [:]
        for direction in [SegmentRecord.Direction.sent, .received] {
            let bytes = try reader.contents(of: "\(name).\(direction.rawValue)", limit: Self.mostRead)
            streams[direction] = (bytes ?? [])[...]
        }
        for line in segments.split(separator: UInt8(ascii: "\n")) {
            let segment = try RecordJSON.decode(SegmentRecord.self, from: line, subject: name)
            let arrow = segment.direction == .sent ? "→" : "←"
            if let ending = segment.ending {
                lines.append("  \(arrow) \(ending.rawValue)")
                continue
            }
            let bytes = streams[segment.direction]?.prefix(max(segment.sizeInBytes, 0)) ?? []
            streams[segment.direction]?.removeFirst(bytes.count)
            lines += Self.show(bytes).map { "  \(arrow) \($0)" }
        }
        text = lines.map(PlainText.line).joined(separator: "\n")
    }

    /// One line about a conversation.
    static func line(_ conversation: ConversationRecord) -> String {
        var parts = ["\(conversation.number) \(conversation.transport.rawValue) \(conversation.peer)"]
        if let name = conversation.protocolName { parts.append(name) }
        if let tls = conversation.tls { parts += words(tls) }
        if let error = conversation.error { parts.append(error) }
        if let absence = conversation.absence { parts.append("not recorded: \(absence.rawValue)") }
        if conversation.isOneWay == true {
            parts.append("one way, not read")
        } else if conversation.error == nil, conversation.absence == nil {
            parts.append("\(conversation.sentBytes) bytes sent, \(conversation.receivedBytes) received")
        }
        if let duration = conversation.duration { parts.append("\(duration / 1_000_000) ms") }
        if conversation.isTruncated { parts.append("cut") }
        return parts.joined(separator: ", ")
    }

    /// What is known of a TLS session.
    private static func words(_ tls: TLSRecord) -> [String] {
        var words = [tls.version, tls.serverName, tls.isDecrypted ? "decrypted" : "encrypted"].compactMap {
            $0
        }
        if tls.isDecrypted { words += [tls.protocolName ?? tls.applicationProtocol].compactMap { $0 } }
        if let alert = tls.sentAlert { words.append("refused by the program with alert \(alert)") }
        if let alert = tls.receivedAlert { words.append("refused by the peer with alert \(alert)") }
        return words
    }

    private static func show(_ bytes: ArraySlice<UInt8>) -> [String] {
        let shown = bytes.prefix(mostShown)
        let isText = shown.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        guard isText else { return ["\(bytes.count) bytes: \(readable(shown.prefix(120)))"] }
        let lines = String(decoding: shown, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let more = bytes.count - shown.count
        return lines.map(String.init) + (more > 0 ? ["… \(more) bytes more"] : [])
    }

    /// Bytes that are no text, with a dot for each that cannot be printed.
    private static func readable(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
    }
}
