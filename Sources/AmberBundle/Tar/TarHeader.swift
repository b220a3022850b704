import AmberModel

/// Writes the headers of a pax archive: the same entry gives the same bytes, whatever library or locale is
/// around.
///
/// Amber writes tar itself because a layer's digest is part of the format: it may not change with the version
/// of a library. Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block".
enum TarHeader {
    /// A tar archive is made of blocks of this size.
    static let blockSize = 512

    /// Bytes that fill content up to a whole block.
    static func padding(after size: UInt64) -> Int { Int((512 - size % 512) % 512) }

    /// The blocks before an entry's content: a pax header where the old fields are too small, then the
    /// header.
    static func encode(_ entry: TarEntry) -> [UInt8] {
        let records = paxRecords(for: entry)
        var blocks: [UInt8] = []
        if !records.isEmpty {
            let pax = TarEntry(
                path: "pax", kind: .other(UInt8(ascii: "x")), mode: 0o644, userID: 0, groupID: 0,
                sizeInBytes: UInt64(records.count), modifiedAt: 0, linkTarget: "")
            blocks += header(pax)
            blocks += records
            blocks += [UInt8](repeating: 0, count: padding(after: UInt64(records.count)))
        }
        return blocks + header(entry)
    }

    private static func paxRecords(for entry: TarEntry) -> [UInt8] {
        var records: [UInt8] = []
        let hasOddBytes = entry.path.string == nil || entry.linkTarget.string == nil
        if hasOddBytes { append("hdrcharset", Array("BINARY".utf8), to: &records) }
        if entry.path.count > 100 || !isPlain(entry.path) { append("path", entry.path.bytes, to: &records) }
        if entry.linkTarget.count > 100 || !isPlain(entry.linkTarget) {
            append("linkpath", entry.linkTarget.bytes, to: &records)
        }
        if entry.sizeInBytes > 0o77_777_777_777 { append("size", entry.sizeInBytes, to: &records) }
        if entry.userID > 0o7_777_777 { append("uid", entry.userID, to: &records) }
        if entry.groupID > 0o7_777_777 { append("gid", entry.groupID, to: &records) }
        let time = entry.modifiedAt
        if time % 1_000_000_000 != 0 || time < 0 || time / 1_000_000_000 > 0o77_777_777_777 {
            append("mtime", Array(seconds(time).utf8), to: &records)
        }
        return records
    }

    /// Plain ASCII; anything else goes into a pax record, whose bytes no reader converts.
    private static func isPlain(_ text: ByteString) -> Bool {
        text.bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    private static func append(_ key: String, _ value: some BinaryInteger, to records: inout [UInt8]) {
        append(key, Array(String(value).utf8), to: &records)
    }

    /// `LENGTH KEY=VALUE\n`, where the length counts itself.
    private static func append(_ key: String, _ value: [UInt8], to records: inout [UInt8]) {
        let rest = key.utf8.count + value.count + 3
        var length = rest + String(rest).utf8.count
        length = rest + String(length).utf8.count
        records += Array("\(length) \(key)=".utf8) + value + [UInt8(ascii: "\n")]
    }

    /// Nanoseconds as a decimal number of seconds, without trailing zeros.
    static func seconds(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        var text = (nanoseconds < 0 ? "-" : "") + String(magnitude / 1_000_000_000)
        let rest = magnitude % 1_000_000_000
        guard rest != 0 else { return text }
        var digits = Array(String(rest).utf8)
        digits = [UInt8](repeating: UInt8(ascii: "0"), count: 9 - digits.count) + digits
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        text += "." + String(decoding: digits, as: UTF8.self)
        return text
    }

    private static func header(_ entry: TarEntry) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockSize)
        put(
            isPlain(entry.path) ? entry.path.bytes.prefix(100) : ArraySlice("pax-path".utf8), at: 0,
            in: &block)
        putOctal(UInt64(entry.mode & 0o7777), at: 100, width: 8, in: &block)
        putOctal(entry.userID > 0o7_777_777 ? 0 : UInt64(entry.userID), at: 108, width: 8, in: &block)
        putOctal(entry.groupID > 0o7_777_777 ? 0 : UInt64(entry.groupID), at: 116, width: 8, in: &block)
        putOctal(entry.sizeInBytes > 0o77_777_777_777 ? 0 : entry.sizeInBytes, at: 124, width: 12, in: &block)
        let time = entry.modifiedAt < 0 ? 0 : UInt64(entry.modifiedAt / 1_000_000_000)
        putOctal(min(time, 0o77_777_777_777), at: 136, width: 12, in: &block)
        block[156] = typeFlag(entry.kind)
        let target = entry.linkTarget
        put(isPlain(target) ? target.bytes.prefix(100) : ArraySlice("pax-link".utf8), at: 157, in: &block)
        put(ArraySlice("ustar\u{0}00".utf8), at: 257, in: &block)
        putOctal(0, at: 329, width: 8, in: &block)
        putOctal(0, at: 337, width: 8, in: &block)
        for position in 148..<156 { block[position] = UInt8(ascii: " ") }
        let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
        putOctal(sum, at: 148, width: 7, in: &block)
        return block
    }

    private static func typeFlag(_ kind: TarEntry.Kind) -> UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .symlink: UInt8(ascii: "2")
        case .directory: UInt8(ascii: "5")
        case .fifo: UInt8(ascii: "6")
        case .other(let flag): flag
        }
    }

    private static func put(_ bytes: ArraySlice<UInt8>, at offset: Int, in block: inout [UInt8]) {
        for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
    }

    /// Octal digits with leading zeros and a NUL at the end.
    private static func putOctal(_ value: UInt64, at offset: Int, width: Int, in block: inout [UInt8]) {
        var value = value
        for position in stride(from: offset + width - 2, through: offset, by: -1) {
            block[position] = UInt8(ascii: "0") + UInt8(value & 7)
            value >>= 3
        }
        block[offset + width - 1] = 0
    }
}
