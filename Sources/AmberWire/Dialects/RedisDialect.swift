/// RESP, versions 2 and 3: a command is an array of bulk strings, or a line.
struct RedisDialect: Dialect {
    func requestLength(_ bytes: ArraySlice<UInt8>, isFirst: Bool) -> Int? {
        guard let first = bytes.first else { return nil }
        if first == UInt8(ascii: "*") { return length(bytes, depth: 0) }
        return bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 - bytes.startIndex }
    }

    func responseLength(_ bytes: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> Int? {
        length(bytes, depth: 0)
    }

    /// The length of a value; nil while it is incomplete or where it is none.
    private func length(_ bytes: ArraySlice<UInt8>, depth: Int) -> Int? {
        guard depth < 32, let kind = bytes.first, let newline = bytes.firstIndex(of: UInt8(ascii: "\n"))
        else {
            return nil
        }
        let head = newline + 1 - bytes.startIndex
        let number = Int(
            String(
                decoding: bytes[(bytes.startIndex + 1)..<newline].prefix { $0 != UInt8(ascii: "\r") },
                as: UTF8.self))
        switch kind {
        case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
            guard let number, number <= 512 << 20 else { return nil }
            if number < 0 { return head }
            return bytes.count >= head + number + 2 ? head + number + 2 : nil
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "%"), UInt8(ascii: "|"):
            guard let number, number <= 1 << 20 else { return nil }
            let isMap = kind == UInt8(ascii: "%") || kind == UInt8(ascii: "|")
            var total = head
            for _ in 0..<max(number, 0) * (isMap ? 2 : 1) {
                guard let next = length(bytes.dropFirst(total), depth: depth + 1) else { return nil }
                total += next
            }
            return total
        default: return head
        }
    }

    func keys(_ request: ArraySlice<UInt8>, isFirst: Bool) -> [RequestKey] {
        [RequestKey(bytes: Array(request))]
    }

    func summary(_ request: ArraySlice<UInt8>) -> String {
        let words = request.split { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }.filter {
            $0.first != UInt8(ascii: "$") && $0.first != UInt8(ascii: "*")
        }
        // Names only: an argument may be a password.
        let isSecret = words.first.map {
            ["auth", "hello"].contains(String(decoding: $0, as: UTF8.self).lowercased())
        }
        return words.prefix(isSecret ?? false ? 1 : 2).map { String(decoding: $0.prefix(80), as: UTF8.self) }
            .joined(separator: " ")
    }
}
