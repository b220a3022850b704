/// Numbers in an ELF table, in the file's byte order; 0 beyond the table's end.
package struct ElfFields: Sendable {
    private let bytes: [UInt8]
    /// Tells whether addresses have 8 bytes, else 4.
    package let is64Bit: Bool
    /// Tells whether the least significant byte comes first.
    package let isLittleEndian: Bool

    /// Wraps the bytes of a table.
    package init(_ bytes: [UInt8], is64Bit: Bool, isLittleEndian: Bool) {
        self.bytes = bytes
        self.is64Bit = is64Bit
        self.isLittleEndian = isLittleEndian
    }

    /// The same order over other bytes.
    package func with(_ bytes: [UInt8]) -> ElfFields {
        ElfFields(bytes, is64Bit: is64Bit, isLittleEndian: isLittleEndian)
    }

    /// Number of bytes.
    package var count: Int { bytes.count }

    /// Reads an unsigned number of `size` bytes.
    package func number(_ place: Int, _ size: Int) -> UInt64 {
        guard place >= 0, place <= bytes.count - size else { return 0 }
        var value: UInt64 = 0
        for index in 0..<size {
            value = value << 8 | UInt64(bytes[place + (isLittleEndian ? size - 1 - index : index)])
        }
        return value
    }

    /// Reads an address, or a length that is as wide as one.
    package func address(_ place: Int) -> UInt64 { number(place, is64Bit ? 8 : 4) }
}
