extension ElfFile {
    private static let chunk = 1 << 20
    private static let largestTable: UInt64 = 256 << 20

    /// The functions that hold addresses of the file, as far as its symbol tables name them.
    ///
    /// Reads `.symtab`, or `.dynsym` where that was stripped, once and piece by piece, at most 256 MiB of it.
    ///
    /// - Parameter addresses: Addresses as the linker gave them.
    /// - Returns: Mangled names by address.
    ///
    /// Source: elf(5), Elf64_Sym.
    package func functions(at addresses: [UInt64]) -> [UInt64: String] {
        guard is64Bit else { return [:] }
        let table = sections
        for (name, strings) in [(".symtab", ".strtab"), (".dynsym", ".dynstr")] {
            guard let symbols = table.first(where: { $0.name == name }),
                let texts = table.first(where: { $0.name == strings })
            else { continue }
            let found = functions(at: addresses, in: symbols, texts)
            if !found.isEmpty { return found }
        }
        return [:]
    }

    private func functions(
        at addresses: [UInt64], in symbols: Section, _ texts: Section
    ) -> [UInt64: String] {
        var names: [UInt64: UInt64] = [:]
        let size = min(symbols.sizeInBytes, Self.largestTable)
        var position: UInt64 = 0
        while position < size {
            let count = Int(min(UInt64(Self.chunk / 24 * 24), size - position))
            let entries = ElfFields(
                read(symbols.offset &+ position, count), is64Bit: true, isLittleEndian: isLittleEndian)
            guard entries.count >= 24 else { break }
            for place in stride(from: 0, through: entries.count - 24, by: 24) {
                // STT_FUNC or STT_GNU_IFUNC
                let type = entries.number(place + 4, 1) & 0xF
                guard type == 2 || type == 10 else { continue }
                let start = entries.number(place + 8, 8)
                let length = entries.number(place + 16, 8)
                for address in addresses where address >= start && address - start < length {
                    names[address] = entries.number(place, 4)
                }
            }
            position += UInt64(entries.count)
        }
        return names.compactMapValues { offset in
            guard offset < texts.sizeInBytes else { return nil }
            let text = read(texts.offset &+ offset, 4096).prefix { $0 != 0 }
            return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
        }
    }
}
