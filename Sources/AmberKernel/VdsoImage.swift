/// The shared object that the kernel maps into every process (vdso(7)), as far as its clocks are concerned.
package struct VdsoImage: Sendable {
    /// A function: where it is in the image, and its length in bytes.
    package struct Function: Hashable, Sendable {
        package var address: UInt64
        package var sizeInBytes: UInt64
    }

    /// The functions by name.
    package let functions: [String: Function]
    /// Bytes that the image itself takes; what follows to the page's end is nobody's.
    package let sizeInBytes: Int
    /// EM_*: 62 x86-64, 183 AArch64.
    package let machine: UInt16

    /// Tells from its first page how many bytes an image has, whole pages; nil for what is no ELF file.
    package static func mappedSize(firstPage: [UInt8]) -> Int? {
        guard let image = VdsoImage(firstPage) else { return nil }
        let size = (image.sizeInBytes + 4095) & ~4095
        return size <= 1 << 16 ? size : nil
    }

    private static let mostSymbols = 256

    /// Describes an image.
    init(functions: [String: Function], sizeInBytes: Int, machine: UInt16) {
        self.functions = functions
        self.sizeInBytes = sizeInBytes
        self.machine = machine
    }

    /// Reads the dynamic section; nil for what is no 64-bit vDSO.
    package init?(_ bytes: [UInt8]) {
        guard let elf = ElfFile(ByteSource(bytes)), elf.is64Bit,
            let load = elf.segments.first(where: { $0.type == 1 }),
            let dynamic = elf.segments.first(where: { $0.type == 2 })
        else { return nil }
        func fields(_ bytes: [UInt8]) -> ElfFields { ElfFields(bytes, is64Bit: true, isLittleEndian: true) }
        let entries = fields(elf.read(dynamic.offset, Int(clamping: min(dynamic.sizeInFile, 4096))))
        var values: [UInt64: UInt64] = [:]
        for place in stride(from: 0, through: entries.count - 16, by: 16) where values[0] == nil {
            values[entries.number(place, 8)] = entries.number(place + 8, 8)
        }
        // DT_SYMTAB 6, DT_STRTAB 5, DT_STRSZ 10, DT_SYMENT 11: always 24.
        guard let symbols = values[6], let names = values[5], let namesSize = values[10], namesSize < 65536
        else { return nil }
        // The table says nowhere how long it is: it ends where the names begin, as every linker lays them out.
        let count = names > symbols ? Int(clamping: (names - symbols) / 24) : Self.mostSymbols
        let table = fields(elf.read(at: symbols, min(count, Self.mostSymbols) * 24))
        let text = elf.read(at: names, Int(namesSize))
        var functions: [String: Function] = [:]
        for place in stride(from: 0, through: table.count - 24, by: 24) {
            let name = Int(table.number(place, 4))
            guard table.number(place + 4, 1) & 15 == 2, name < text.count else { continue }  // STT_FUNC
            let word = String(decoding: text[name...].prefix { $0 != 0 }, as: UTF8.self)
            let function = Function(
                address: table.number(place + 8, 8) &- load.address, sizeInBytes: table.number(place + 16, 8))
            // A program may map anything where its vDSO was.
            guard function.address < 1 << 20, function.sizeInBytes < 1 << 20 else { continue }
            functions[word] = function
        }
        self.functions = functions
        let header = fields(Array(bytes.prefix(64)))
        let tables = header.number(40, 8) &+ header.number(58, 2) * header.number(60, 2)  // e_shoff, …
        sizeInBytes = Int(clamping: max(load.sizeInFile, min(tables, 1 << 20)))
        machine = elf.machine
    }
}
