extension ElfFile {
    /// The build-id that the linker wrote, 20 bytes as a rule; nil where there is none.
    package var buildID: [UInt8]? {
        for segment in segments where segment.type == 4 {
            let size = Int(clamping: min(segment.sizeInFile, UInt64(Self.tableLimit)))
            if let found = Self.buildID(inNotes: fields(source.read(segment.offset, size))) { return found }
        }
        return nil
    }

    /// Where a separate debug file with this build-id is looked for ("Debugging with GDB", Separate Debug Files).
    package var debugFile: String? {
        guard let buildID, buildID.count > 2 else { return nil }
        let name = buildID.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return "/usr/lib/debug/.build-id/\(name.prefix(2))/\(name.dropFirst(2)).debug"
    }

    /// The names of the libraries that the loader must find (DT_NEEDED), in order.
    package var neededLibraries: [String] { dynamicStrings(tag: 1) }

    private func fields(_ bytes: [UInt8]) -> ElfFields {
        ElfFields(bytes, is64Bit: is64Bit, isLittleEndian: isLittleEndian)
    }

    /// The owners of the notes, each once, in order: `GNU`, `Go`.
    package var noteOwners: [String] {
        var owners: [String] = []
        for segment in segments where segment.type == 4 {
            let size = Int(clamping: min(segment.sizeInFile, UInt64(Self.tableLimit)))
            let bytes = source.read(segment.offset, size)
            let notes = fields(bytes)
            var place = 0
            while place + 12 <= notes.count, owners.count < 256 {
                let nameSize = Int(notes.number(place, 4))
                let size = Int(notes.number(place + 4, 4))
                let name = bytes.dropFirst(place + 12).prefix(min(nameSize, 256)).prefix { $0 != 0 }
                let owner = String(decoding: name, as: UTF8.self)
                if !owner.isEmpty, !owners.contains(owner) { owners.append(owner) }
                place += 12 + (nameSize + 3) & ~3 + (size + 3) & ~3
            }
        }
        return owners
    }

    private static func buildID(inNotes notes: ElfFields) -> [UInt8]? {
        var place = 0
        while place + 12 <= notes.count {
            let nameSize = Int(notes.number(place, 4))
            let size = Int(notes.number(place + 4, 4))
            let type = notes.number(place + 8, 4)
            let name = place + 12
            let content = name + (nameSize + 3) & ~3
            // "GNU" with its NUL, and NT_GNU_BUILD_ID.
            let isBuildID =
                type == 3 && nameSize == 4 && notes.number(name, 4) == notes.with(gnu).number(0, 4)
            if isBuildID, size > 0, size <= 64, content + size <= notes.count {
                return (0..<size).map { UInt8(truncatingIfNeeded: notes.number(content + $0, 1)) }
            }
            place = content + (size + 3) & ~3
        }
        return nil
    }

    private static let gnu = Array("GNU\0".utf8)

    private func dynamicStrings(tag: UInt64) -> [String] {
        guard let segment = segments.first(where: { $0.type == 2 }) else { return [] }
        let size = Int(clamping: min(segment.sizeInFile, UInt64(Self.tableLimit)))
        let entries = fields(source.read(segment.offset, size))
        let width = is64Bit ? 8 : 4
        var offsets: [UInt64] = []
        var table: UInt64?
        for place in stride(from: 0, through: entries.count - 2 * width, by: 2 * width) {
            let found = entries.address(place)
            if found == 0 { break }
            if found == tag, offsets.count < 4096 { offsets.append(entries.address(place + width)) }
            if found == 5 { table = entries.address(place + width) }  // DT_STRTAB
        }
        guard let table else { return [] }
        return offsets.compactMap { offset in
            let (address, overflows) = table.addingReportingOverflow(offset)
            let text = overflows ? [] : read(at: address, 4096).prefix { $0 != 0 }
            return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
        }
    }
}
