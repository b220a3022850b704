import AmberHTTP
import AmberModel

/// A recorded request for people: as HTTP, and behind `###` as a curl command.
struct RequestDisplay {
    let exchanges: RecordedExchanges
    let record: RequestRecord
    let showsSecrets: Bool

    /// What is printed; up to the line `###` it can be sent again with `amber replay --send`.
    func bytes() throws -> [UInt8] {
        let request = try exchanges.requestBytes(record, showsSecrets: showsSecrets)
        var text = "\n\n### \(summary)\n\(doubt)"
        if let message = try? HTTPMessage(request: request) {
            let command = CurlCommand(message, origin: exchanges.origin)
            if command.needsBodyFile { text += "# BODY holds the request's body, which is no text\n" }
            text += command.text + "\n"
        }
        return request + Array(text.utf8)
    }

    /// As an entry of an `.http` file: an absolute URL, so that any client of such files can send it.
    func httpFile() throws -> [UInt8] {
        let request = try exchanges.requestBytes(record, showsSecrets: showsSecrets)
        let title = Array("### \(summary)\n".utf8)
        guard let message = try? HTTPMessage(request: request) else { return title + request }
        let parts = message.startParts
        let target = parts.count > 1 ? parts[1] : "/"
        var head = "\(parts.first ?? "GET") \(target.hasPrefix("/") ? exchanges.origin + target : target)\n"
        for field in message.fields
        where !["content-length", "transfer-encoding", "connection"].contains(field.name.lowercased()) {
            head += "\(field.name): \(field.value)\n"
        }
        return title + Array((head + "\n").utf8) + message.body
    }

    /// What else may have been the cause, where the service went away under several requests.
    private var doubt: String {
        guard record.number == exchanges.service.failing, let suspects = exchanges.service.suspects,
            let attribution = exchanges.service.attribution, suspects.count > 1
        else { return "" }
        let others = suspects.filter { $0 != record.number }.map { "\($0)" }.joined(separator: ", ")
        return
            "# the cause is \(attribution.rawValue): also open were \(others); `amber replay` tries them in turn\n"
    }

    private var summary: String {
        let end = record.status.map { "status \($0)" } ?? "no response (\(record.ending.rawValue))"
        let time = record.duration.map { ", \($0 / 1_000_000) ms" } ?? ""
        let cut =
            record.request.isWhole
            ? "" : ", cut: \(record.request.storedBytes) of \(record.request.sizeInBytes) bytes"
        return "request \(record.number), \(record.role.rawValue): \(end)\(time)\(cut)"
    }
}
