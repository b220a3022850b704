/// HTTP/1.1 (RFC 9112): requests are compared by method, target and body; headers only as a whole.
struct HTTPDialect: Dialect {
    /// Head of a message: its first line and its fields, names in lower case.
    private struct Head {
        var firstLine: [UInt8]
        var fields: [(name: [UInt8], value: [UInt8])] = []
        /// Bytes up to the body.
        var length: Int

        /// Reads a head; nil while it is incomplete.
        init?(_ bytes: ArraySlice<UInt8>) {
            guard let end = HTTPDialect.headEnd(bytes) else { return nil }
            length = end - bytes.startIndex
            var lines = bytes[..<end].split(separator: UInt8(ascii: "\n")).map { line in
                line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            }
            firstLine = lines.isEmpty ? [] : Array(lines.removeFirst())
            for line in lines {
                guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
                let name = line[..<colon].map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
                let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
                fields.append((name, Array(value)))
            }
        }

        func field(_ name: String) -> [UInt8]? {
            fields.first { $0.name.elementsEqual(name.utf8) }?.value
        }

        var isChunked: Bool {
            field("transfer-encoding").map {
                String(decoding: $0, as: UTF8.self).lowercased().hasSuffix("chunked")
            }
                ?? false
        }

        var contentLength: Int? {
            field("content-length").flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        }
    }

    func requestLength(_ bytes: ArraySlice<UInt8>, isFirst: Bool) -> Int? {
        guard let head = Head(bytes) else { return bytes.count > 1 << 20 ? 0 : nil }
        guard head.firstLine.split(separator: 0x20).count == 3 else { return 0 }
        return messageLength(head, bytes, withoutLength: 0)
    }

    func responseLength(_ bytes: ArraySlice<UInt8>, to request: ArraySlice<UInt8>) -> Int? {
        var start = 0
        while true {
            let rest = bytes.dropFirst(start)
            guard let head = Head(rest), head.firstLine.starts(with: "HTTP/".utf8) else { return nil }
            let status = head.firstLine.split(separator: 0x20).dropFirst().first.map { Array($0) } ?? []
            if status.first == UInt8(ascii: "1") {
                start += head.length
                continue
            }
            let isBodiless =
                request.starts(with: "HEAD ".utf8) || status.elementsEqual("204".utf8)
                || status.elementsEqual("304".utf8)
            let length = isBodiless ? head.length : messageLength(head, rest, withoutLength: nil)
            return length.map { $0 + start }
        }
    }

    private func messageLength(_ head: Head, _ bytes: ArraySlice<UInt8>, withoutLength: Int?) -> Int? {
        if head.isChunked {
            return chunkedLength(bytes.dropFirst(head.length)).map { $0 + head.length }
        }
        guard let length = head.contentLength ?? withoutLength, length >= 0 else { return nil }
        return bytes.count - head.length >= length ? head.length + length : nil
    }

    /// RFC 9112 section 7.1; nil while it is incomplete or where it is damaged.
    private func chunkedLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        var place = bytes.startIndex
        while let newline = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) {
            let digits = bytes[place..<newline].prefix {
                $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") && $0 != 0x20
            }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0,
                size <= bytes.count
            else { return nil }
            place = newline + 1
            if size == 0 { return trailerEnd(bytes, from: place).map { $0 - bytes.startIndex } }
            guard bytes.endIndex - place >= size + 2 else { return nil }
            place += size + 2
        }
        return nil
    }

    private func trailerEnd(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        var place = start
        while let newline = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) {
            let isEmpty = bytes[place..<newline].allSatisfy { $0 == UInt8(ascii: "\r") }
            place = newline + 1
            if isEmpty { return place }
        }
        return nil
    }

    func keys(_ request: ArraySlice<UInt8>, isFirst: Bool) -> [RequestKey] {
        guard let head = Head(request) else { return [RequestKey(bytes: Array(request))] }
        let body = Array(request.dropFirst(head.length))
        return [
            RequestKey(bytes: Array(request)),
            RequestKey(leavesOut: "headers", bytes: head.firstLine + [0x0A] + body),
            RequestKey(leavesOut: "headers and body", bytes: head.firstLine),
        ]
    }

    func summary(_ request: ArraySlice<UInt8>) -> String {
        let line = request.prefix(300).prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        return String(
            decoding: Array(line.split(separator: 0x20).prefix(2).joined(separator: [0x20])), as: UTF8.self)
    }

    /// The place after the empty line.
    private static func headEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        var lineStart = bytes.startIndex
        for place in bytes.indices where bytes[place] == UInt8(ascii: "\n") {
            let line = bytes[lineStart..<place]
            if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) {
                // Empty lines before a request are passed over (RFC 9112 section 2.2).
                if lineStart != bytes.startIndex { return place + 1 }
            }
            lineStart = place + 1
        }
        return nil
    }
}
