package import AmberModel
import FoundationEssentials

extension HARDocument.Entry {
    /// Makes an entry of a recorded exchange.
    ///
    /// - Parameters:
    ///   - record: What is known of it.
    ///   - request: The request, taken apart.
    ///   - response: The response; nil where none came.
    ///   - origin: `http://HOST:PORT`.
    package init(_ record: RequestRecord, request: HTTPMessage, response: HTTPMessage?, origin: String) {
        let target = record.target.description
        let body = request.body
        let text = String(validating: body, as: UTF8.self)
        let waited = Double(record.waited ?? record.duration ?? 0) / 1e6
        let total = Double(record.duration ?? 0) / 1e6
        startedDateTime = Self.time(record.startedAt)
        time = total
        timings = HARDocument.Timings(send: 0, wait: waited, receive: max(0, total - waited))
        comment = "amber: \(record.role.rawValue), \(record.ending.rawValue)"
        self.request = HARDocument.Request(
            method: record.method, url: target.hasPrefix("/") ? origin + target : target,
            httpVersion: request.startParts.last ?? "HTTP/1.1",
            headers: request.fields.map { HARDocument.Pair(name: $0.name, value: $0.value) },
            queryString: Self.query(target), cookies: [], headersSize: -1, bodySize: body.count,
            postData: body.isEmpty
                ? nil
                : HARDocument.PostData(
                    mimeType: request.value("content-type") ?? "application/octet-stream",
                    text: text ?? Data(body).base64EncodedString(), encoding: text == nil ? "base64" : nil,
                    params: nil))
        self.response = Self.response(response)
    }

    private static func response(_ message: HTTPMessage?) -> HARDocument.Response {
        let body = message?.body ?? []
        let text = String(validating: body, as: UTF8.self)
        let parts = message?.startParts ?? []
        return HARDocument.Response(
            // The format has no way to say that no response came; browsers write 0.
            status: message?.status ?? 0, statusText: parts.count > 2 ? parts[2] : "",
            httpVersion: parts.first ?? "HTTP/1.1",
            headers: (message?.fields ?? []).map { HARDocument.Pair(name: $0.name, value: $0.value) },
            cookies: [],
            content: HARDocument.Content(
                size: body.count, mimeType: message?.value("content-type") ?? "application/octet-stream",
                text: text ?? Data(body).base64EncodedString(), encoding: text == nil ? "base64" : nil),
            redirectURL: message?.value("location") ?? "", headersSize: -1, bodySize: body.count)
    }

    private static func query(_ target: String) -> [HARDocument.Pair] {
        guard let mark = target.firstIndex(of: "?") else { return [] }
        return target[target.index(after: mark)...].split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return HARDocument.Pair(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
    }

    /// RFC 3339 with milliseconds.
    private static func time(_ nanoseconds: Int64) -> String {
        let text = Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000)).ISO8601Format()
        let milliseconds = nanoseconds / 1_000_000 % 1000
        let digits = String(milliseconds + 1000).dropFirst()
        return text.replacing("Z", with: ".\(digits)Z")
    }
}
