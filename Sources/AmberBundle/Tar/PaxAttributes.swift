import AmberModel

/// The records of a pax header that change an entry; others are passed over.
struct PaxAttributes {
    var path: [UInt8]?
    var linkTarget: [UInt8]?
    var sizeInBytes: UInt64?
    var userID: UInt32?
    var groupID: UInt32?
    var modifiedAt: Int64?
    /// True where the file is stored as a map of its holes, which Amber neither writes nor reads.
    var isSparse = false

    /// Reads `LENGTH KEY=VALUE\n` records; nil where they are malformed.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let space = rest.prefix(20).firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count,
                rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
            else { return nil }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")), equals > record.startIndex else {
                return nil
            }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            guard set(key, Array(record[(equals + 1)...])) else { return nil }
            rest = rest.dropFirst(length)
        }
    }

    private mutating func set(_ key: String, _ value: [UInt8]) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        switch key {
        case "path":
            path = value
            return !value.contains(0)
        case "linkpath":
            linkTarget = value
            return !value.contains(0)
        case "size":
            sizeInBytes = UInt64(text)
            return sizeInBytes != nil
        case "uid":
            userID = UInt32(text)
            return userID != nil
        case "gid":
            groupID = UInt32(text)
            return groupID != nil
        case "mtime":
            modifiedAt = Self.nanoseconds(value)
            return modifiedAt != nil
        default:
            if key.hasPrefix("GNU.sparse.") { isSparse = true }
            return true
        }
    }

    /// Reads a decimal number of seconds, `-1.5`; digits after the ninth are dropped.
    static func nanoseconds(_ text: [UInt8]) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty, let seconds = digits(first) else { return nil }
        var rest: Int64 = 0
        if parts.count == 2 {
            guard digits(parts[1].prefix(18)) != nil || parts[1].isEmpty else { return nil }
            let nine = parts[1].prefix(9)
            rest = digits(nine) ?? 0
            for _ in nine.count..<9 { rest *= 10 }
        }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowToo) = whole.addingReportingOverflow(rest)
        if overflow || overflowToo { return nil }
        return isNegative ? -sum : sum
    }

    private static func digits(_ text: ArraySlice<UInt8>) -> Int64? {
        guard text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int64(String(decoding: text, as: UTF8.self))
    }
}
