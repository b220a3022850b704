import AmberModel

/// Reads one header block of a tar archive; never trusts a byte of it.
struct TarBlock {
    /// The 512 bytes.
    let bytes: [UInt8]

    /// Tells whether every byte is zero: the end of an archive.
    var isEmpty: Bool { bytes.allSatisfy { $0 == 0 } }

    /// The type flag.
    var flag: UInt8 { bytes[156] }

    /// Tells whether the checksum is right, unsigned or as signed bytes (old tars).
    var hasGoodChecksum: Bool {
        guard let stored = number(at: 148, width: 8) else { return false }
        var unsigned: Int64 = 0
        var signed: Int64 = 0
        for (position, byte) in bytes.enumerated() {
            let value = (148..<156).contains(position) ? UInt8(ascii: " ") : byte
            unsigned += Int64(value)
            signed += Int64(Int8(bitPattern: value))
        }
        return stored == unsigned || stored == signed
    }

    /// A number in octal digits or, with the top bit set, in base 256 (GNU, star); nil for anything else.
    func number(at offset: Int, width: Int) -> Int64? {
        let field = bytes[offset..<(offset + width)]
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 { return binaryNumber(field) }
        var value: Int64 = 0
        var hasDigit = false
        for byte in field.drop(while: { $0 == UInt8(ascii: " ") }) {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                let (shifted, overflow) = value.multipliedReportingOverflow(by: 8)
                if overflow { return nil }
                value = shifted + Int64(byte - UInt8(ascii: "0"))
                hasDigit = true
            case 0, UInt8(ascii: " "): return hasDigit || byte == 0 ? value : nil
            default: return nil
            }
        }
        return value
    }

    private func binaryNumber(_ field: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = field.first.map { $0 & 0x40 != 0 ? -1 : 0 } ?? 0
        for (index, byte) in field.enumerated() {
            let part = index == 0 ? Int64(byte & 0x3F) | (value & ~0x3F) : Int64(byte)
            if index == 0 {
                value = part
            } else {
                guard value <= Int64.max >> 8, value >= Int64.min >> 8 else { return nil }
                value = value << 8 | part
            }
        }
        return value
    }

    /// Bytes up to the first NUL.
    func text(at offset: Int, width: Int) -> [UInt8] {
        Array(bytes[offset..<(offset + width)].prefix { $0 != 0 })
    }

    /// The name, with its ustar prefix where there is one.
    var path: [UInt8] {
        let name = text(at: 0, width: 100)
        // GNU archives say "ustar " and use the prefix field for other things.
        guard text(at: 257, width: 6) == Array("ustar".utf8), bytes[345] != 0 else { return name }
        return text(at: 345, width: 155) + [UInt8(ascii: "/")] + name
    }

    /// The kind by the type flag; a name that ends in a slash is a directory in archives older than ustar.
    func kind(of path: [UInt8]) -> TarEntry.Kind {
        switch flag {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): path.last == UInt8(ascii: "/") ? .directory : .file
        case UInt8(ascii: "1"): .hardLink
        case UInt8(ascii: "2"): .symlink
        case UInt8(ascii: "5"): .directory
        case UInt8(ascii: "6"): .fifo
        default: .other(flag)
        }
    }
}
