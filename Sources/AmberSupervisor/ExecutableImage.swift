import AmberKernel

/// What the kernel reads at the head of an executable (binfmt_elf, binfmt_script).
enum ExecutableImage {
    /// The program that the kernel starts beside or instead of this one: a script's `#!`, an ELF file's PT_INTERP.
    static func interpreter(of descriptor: Int32) -> [UInt8]? {
        guard let head = try? Files.readRecords(descriptor, first: 0, count: 4096, as: UInt8.self) else {
            return nil
        }
        if head.starts(with: [0x23, 0x21]) { return scriptInterpreter(head) }
        guard head.starts(with: [0x7F, 0x45, 0x4C, 0x46]), head.count >= 64 else { return nil }
        return elfInterpreter(head, descriptor)
    }

    private static func scriptInterpreter(_ head: [UInt8]) -> [UInt8]? {
        let line = head.dropFirst(2).prefix { $0 != 0x0A }
        let path = line.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        return path.isEmpty ? nil : Array(path)
    }

    private static func elfInterpreter(_ head: [UInt8], _ descriptor: Int32) -> [UInt8]? {
        let is64 = head[4] == 2
        let table = Int(clamping: number(head, is64 ? 32 : 28, is64 ? 8 : 4))
        let size = Int(number(head, is64 ? 54 : 42, 2))
        let count = Int(number(head, is64 ? 56 : 44, 2))
        guard size >= (is64 ? 56 : 32), count < 512, table < 4096, table + size * count <= head.count else {
            return nil
        }
        for index in 0..<count {
            let entry = table + index * size
            guard number(head, entry, 4) == 3 else { continue }  // PT_INTERP
            let offset = Int(clamping: number(head, entry + (is64 ? 8 : 4), is64 ? 8 : 4))
            let length = Int(clamping: number(head, entry + (is64 ? 32 : 16), is64 ? 8 : 4))
            guard length > 1, length <= 4096, offset < 1 << 40 else { return nil }
            return text(descriptor, offset, length)
        }
        return nil
    }

    private static func text(_ descriptor: Int32, _ offset: Int, _ length: Int) -> [UInt8]? {
        guard (try? Files.seek(descriptor, to: Int64(offset))) != nil,
            let bytes = try? Files.readRecords(descriptor, first: offset, count: length, as: UInt8.self)
        else { return nil }
        return Array(bytes.prefix { $0 != 0 })
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
        guard offset >= 0, offset + size <= bytes.count else { return 0 }
        return bytes[offset..<(offset + size)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
