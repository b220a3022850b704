import AmberKernel

/// What the Go linker wrote into an executable: Go's version, the main module and its dependencies.
///
/// Source: Go's `debug/buildinfo` (buildinfo.go) and `runtime/debug` (mod.go).
struct GoBuildInfo: Hashable {
    /// A module and the version that was really used.
    struct Module: Hashable {
        var path: String
        var version: String
    }

    /// Version of Go without its `go`: `1.22.1`.
    var goVersion: String
    /// Path of the main package, `example.com/cmd/x`.
    var path: String?
    /// The module that holds it; its version is `(devel)` for one that was built where it was written.
    var main: Module?
    /// The modules that were linked in.
    var dependencies: [Module] = []

    private static let magic: [UInt8] = [0xFF] + Array(" Go buildinf:".utf8)
    private static let textLimit = 16 << 20

    /// Finds the information; nil for an executable that Go did not link.
    init?(_ elf: ElfFile) {
        guard let place = Self.place(in: elf) else { return nil }
        let header = elf.read(place, 32)
        guard header.count == 32 else { return nil }
        let texts: (version: [UInt8], modules: [UInt8])?
        if header[15] & 2 != 0 {
            // Go 1.18 and later: two texts follow, each with its length before it.
            texts = Self.inlineTexts(elf, place + 32)
        } else {
            texts = Self.pointedTexts(elf, header)
        }
        guard let texts, texts.version.starts(with: Array("go".utf8)) else { return nil }
        goVersion = String(decoding: texts.version.dropFirst(2).prefix { $0 != 32 }, as: UTF8.self)
        // 16 bytes that mark the text stand before and after it.
        if texts.modules.count >= 33, texts.modules[texts.modules.count - 17] == 10 {
            parse(String(decoding: texts.modules.dropFirst(16).dropLast(16), as: UTF8.self))
        }
    }

    /// Reads the lines of the module text, as `go version -m` prints them.
    private mutating func parse(_ text: String) {
        var last: WritableKeyPath<GoBuildInfo, Module?>?
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 2 else { continue }
            let module = Module(path: fields[1], version: fields.count > 2 ? fields[2] : "")
            switch fields[0] {
            case "path": path = fields[1]
            case "mod":
                main = module
                last = \.main
            case "dep":
                dependencies.append(module)
                last = nil
            case "=>":  // replaces the one before it
                if let last {
                    self[keyPath: last] = module
                } else if !dependencies.isEmpty {
                    dependencies[dependencies.count - 1] = module
                }
            default: continue
            }
        }
    }

    private static func place(in elf: ElfFile) -> UInt64? {
        if let section = elf.sections.first(where: { $0.name == ".go.buildinfo" }),
            elf.read(section.offset, magic.count) == magic
        {
            return section.offset
        }
        // Without sections, Go itself looks into the first 64 KiB of the first segment that can be written.
        guard let data = elf.segments.first(where: { $0.type == 1 && $0.flags & 3 == 2 }) else { return nil }
        let bytes = elf.read(data.offset, Int(clamping: min(data.sizeInFile, 1 << 16)))
        for start in stride(from: 0, to: bytes.count - 32, by: 16) where bytes[start...].starts(with: magic) {
            return data.offset + UInt64(start)
        }
        return nil
    }

    private static func inlineTexts(_ elf: ElfFile, _ offset: UInt64) -> (version: [UInt8], modules: [UInt8])?
    {
        var offset = offset
        func next() -> [UInt8]? {
            var length: UInt64 = 0
            let head = elf.read(offset, 10)
            for (count, byte) in head.enumerated() {
                length |= UInt64(byte & 0x7F) << (7 * UInt64(count))
                guard byte & 0x80 == 0 else { continue }
                guard length <= UInt64(textLimit) else { return nil }
                offset += UInt64(count + 1)
                let text = elf.read(offset, Int(length))
                guard text.count == Int(length) else { return nil }
                offset += length
                return text
            }
            return nil
        }
        guard let version = next() else { return nil }
        return (version, next() ?? [])
    }

    /// Go 1.12 to 1.17: two pointers to strings, which are a pointer and a length each.
    private static func pointedTexts(
        _ elf: ElfFile, _ header: [UInt8]
    ) -> (version: [UInt8], modules: [UInt8])? {
        let width = Int(header[14])
        guard width == 4 || width == 8 else { return nil }
        let order = ElfFields(header, is64Bit: width == 8, isLittleEndian: header[15] & 1 == 0)
        func text(_ pointer: UInt64) -> [UInt8]? {
            let string = order.with(elf.read(at: pointer, 2 * width))
            let length = string.address(width)
            guard length > 0, length <= UInt64(textLimit) else { return nil }
            return elf.read(at: string.address(0), Int(length))
        }
        guard let version = text(order.address(16)) else { return nil }
        return (version, text(order.address(16 + width)) ?? [])
    }
}
