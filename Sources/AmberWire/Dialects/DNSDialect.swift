/// DNS (RFC 1035) in datagrams: questions are compared without the message's random identifier.
struct DNSDialect: Dialect {
    func requestLength(_ bytes: ArraySlice<UInt8>, isFirst: Bool) -> Int? {
        bytes.count < 12 ? 0 : bytes.count
    }

    func responseLength(_ bytes: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> Int? { bytes.count }

    func keys(_ request: ArraySlice<UInt8>, isFirst: Bool) -> [RequestKey] {
        [
            RequestKey(bytes: Array(request)),
            RequestKey(leavesOut: "the identifier", bytes: Array(request.dropFirst(2))),
            RequestKey(
                leavesOut: "identifier, flags and options", bytes: question(request) ?? Array(request)),
        ]
    }

    /// The identifier of the question that is asked now (RFC 1035 section 4.1.1).
    func adapt(_ response: [UInt8], recorded: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> [UInt8] {
        response.count < 2 ? response : Array(request.prefix(2)) + response.dropFirst(2)
    }

    func answers(_ response: ArraySlice<UInt8>, _ request: ArraySlice<UInt8>) -> Bool? {
        response.prefix(2).elementsEqual(request.prefix(2))
    }

    /// Name, type and class of the first question; names may differ in case (RFC 4343).
    private func question(_ message: ArraySlice<UInt8>) -> [UInt8]? {
        var place = message.startIndex + 12
        while place < message.endIndex, message[place] != 0 {
            guard message[place] < 64 else { return nil }
            place += Int(message[place]) + 1
        }
        guard place + 5 <= message.endIndex else { return nil }
        return message[(message.startIndex + 12)..<(place + 5)].map {
            $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0
        }
    }

    func summary(_ request: ArraySlice<UInt8>) -> String {
        guard let question = question(request), question.count > 5 else { return "a DNS message" }
        var labels: [String] = []
        var place = 0
        while place < question.count - 5, question[place] != 0 {
            let end = min(place + 1 + Int(question[place]), question.count)
            labels.append(String(decoding: question[(place + 1)..<end], as: UTF8.self))
            place = end
        }
        let type = UInt16(question[question.count - 4]) << 8 | UInt16(question[question.count - 3])
        return "DNS question for \(labels.joined(separator: ".")), type \(type)"
    }
}
