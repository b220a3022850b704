/// The headers of an ELF file: segments, interpreter, needed libraries, build-id; 32 and 64 bit, both byte orders.
///
/// Parsing is pure and bounded: whatever offsets and counts a file claims, at most 1 MiB is read of each table, and
/// nothing outside of the file. What is damaged is left out.
///
/// Source: elf(5); gABI chapters 4 and 5; `NT_GNU_BUILD_ID` in elf.h.
package struct ElfFile: Sendable {
    /// One entry of the program header table.
    package struct Segment: Hashable, Sendable {
        /// PT_*: 1 load, 2 dynamic, 3 interpreter, 4 note.
        package var type: UInt32
        /// PF_*: 1 execute, 2 write, 4 read.
        package var flags: UInt32
        /// Place in the file.
        package var offset: UInt64
        /// Place in memory.
        package var address: UInt64
        /// Length in the file, in bytes.
        package var sizeInFile: UInt64
        /// Length in memory, in bytes.
        package var sizeInMemory: UInt64
    }

    /// One entry of the section header table.
    package struct Section: Hashable, Sendable {
        /// The name, `.text`.
        package var name: String
        /// SHT_*.
        package var type: UInt32
        /// Place in the file.
        package var offset: UInt64
        /// Length in bytes.
        package var sizeInBytes: UInt64
    }

    /// Tells whether addresses have 64 bits.
    package let is64Bit: Bool
    /// Tells whether the least significant byte comes first.
    package let isLittleEndian: Bool
    /// ET_*: 1 relocatable, 2 executable, 3 shared object (or position-independent executable), 4 core.
    package let type: UInt16
    /// EM_*: 62 x86-64, 183 AArch64.
    package let machine: UInt16
    /// The program headers.
    package let segments: [Segment]
    /// The program that loads this one (PT_INTERP).
    package let interpreter: String?

    let source: ByteSource
    private let sectionTable: (offset: UInt64, entrySize: Int, count: Int, names: Int)

    static let tableLimit = 1 << 20

    /// Reads the headers; nil for what is no ELF file.
    package init?(_ source: ByteSource) {
        let header = source.read(0, 64)
        guard header.count >= 52, header.starts(with: [0x7F, 0x45, 0x4C, 0x46]),
            header[4] == 1 || header[4] == 2,
            header[5] == 1 || header[5] == 2
        else { return nil }
        let is64 = header[4] == 2
        let fields = ElfFields(header, is64Bit: is64, isLittleEndian: header[5] == 1)
        guard !is64 || header.count == 64 else { return nil }
        self.source = source
        is64Bit = is64
        isLittleEndian = fields.isLittleEndian
        type = UInt16(truncatingIfNeeded: fields.number(16, 2))
        machine = UInt16(truncatingIfNeeded: fields.number(18, 2))
        let programs = (
            offset: fields.address(is64 ? 32 : 28), size: Int(fields.number(is64 ? 54 : 42, 2)),
            count: Int(fields.number(is64 ? 56 : 44, 2))
        )
        sectionTable = (
            fields.address(is64 ? 40 : 32), Int(fields.number(is64 ? 58 : 46, 2)),
            Int(fields.number(is64 ? 60 : 48, 2)),
            Int(fields.number(is64 ? 62 : 50, 2))
        )
        segments = Self.segments(source, fields, programs)
        interpreter = segments.first { $0.type == 3 }.flatMap { segment in
            let text = source.read(segment.offset, Int(clamping: min(segment.sizeInFile, 4096))).prefix {
                $0 != 0
            }
            return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
        }
    }

    private static func segments(
        _ source: ByteSource, _ like: ElfFields, _ table: (offset: UInt64, size: Int, count: Int)
    ) -> [Segment] {
        let least = like.is64Bit ? 56 : 32
        guard table.size >= least, table.count > 0 else { return [] }
        let bytes = source.read(table.offset, min(table.size * table.count, tableLimit))
        let fields = like.with(bytes)
        return stride(from: 0, through: bytes.count - least, by: table.size).map { place in
            let type = UInt32(truncatingIfNeeded: fields.number(place, 4))
            if like.is64Bit {
                return Segment(
                    type: type, flags: UInt32(truncatingIfNeeded: fields.number(place + 4, 4)),
                    offset: fields.number(place + 8, 8), address: fields.number(place + 16, 8),
                    sizeInFile: fields.number(place + 32, 8), sizeInMemory: fields.number(place + 40, 8))
            }
            return Segment(
                type: type, flags: UInt32(truncatingIfNeeded: fields.number(place + 24, 4)),
                offset: fields.number(place + 4, 4), address: fields.number(place + 8, 4),
                sizeInFile: fields.number(place + 16, 4), sizeInMemory: fields.number(place + 20, 4))
        }
    }

    /// The section headers; empty for stripped-off or damaged tables. Reads the file on each call.
    package var sections: [Section] {
        let least = is64Bit ? 64 : 40
        guard sectionTable.entrySize >= least, sectionTable.count > 0 else { return [] }
        let size = min(sectionTable.entrySize * sectionTable.count, Self.tableLimit)
        let fields = ElfFields(
            source.read(sectionTable.offset, size), is64Bit: is64Bit, isLittleEndian: isLittleEndian)
        let places = Array(stride(from: 0, through: fields.count - least, by: sectionTable.entrySize))
        func extent(_ place: Int) -> (offset: UInt64, size: UInt64) {
            (fields.address(place + (is64Bit ? 24 : 16)), fields.address(place + (is64Bit ? 32 : 20)))
        }
        guard places.indices.contains(sectionTable.names) else { return [] }
        let table = extent(places[sectionTable.names])
        let names = source.read(table.offset, Int(clamping: min(table.size, UInt64(Self.tableLimit))))
        return places.map { place in
            let (offset, size) = extent(place)
            let name = names.dropFirst(Int(fields.number(place, 4))).prefix(256).prefix { $0 != 0 }
            return Section(
                name: String(decoding: name, as: UTF8.self),
                type: UInt32(truncatingIfNeeded: fields.number(place + 4, 4)),
                offset: offset, sizeInBytes: size)
        }
    }

    /// Finds where an address of memory is in the file.
    package func offset(of address: UInt64) -> UInt64? {
        for segment in segments where segment.type == 1 && address >= segment.address {
            let distance = address - segment.address
            if distance < segment.sizeInFile {
                return segment.offset.addingReportingOverflow(distance).partialValue
            }
        }
        return nil
    }

    /// Reads from an address of memory, as far as the file holds it.
    package func read(at address: UInt64, _ count: Int) -> [UInt8] {
        offset(of: address).map { source.read($0, count) } ?? []
    }

    /// Reads from a place in the file.
    package func read(_ offset: UInt64, _ count: Int) -> [UInt8] { source.read(offset, count) }
}
