import AmberKernel
import AmberModel

/// Touched executables and libraries: Go's modules, and the build-id of what nobody owns.
struct Binaries {
    let tree: TreeReader
    private static let programs = PathText.parts(["/bin/", "/sbin/", "/libexec/"])
    private static let cache = Array("/pkg/mod/".utf8)

    /// Adds the modules of Go executables, and a record for each ELF file that has no owner yet.
    func claim(_ paths: [ByteString], in claims: inout Claims) {
        for (number, path) in paths.enumerated() {
            let text = PathText(path.bytes)
            if let module = Self.cachedModule(text) { claims.claim([number], by: module) }
            let isOwned = claims.owners[number] != nil
            // The system's packages do not tell which modules are linked into their Go programs.
            if isOwned, !claims.isSystem(number) || !text.contains(any: Self.programs) { continue }
            let name = text.name
            guard let elf = Opened(tree, path.bytes, name: name) else { continue }
            if elf.file.type == 2 || elf.file.type == 3, let info = GoBuildInfo(elf.file) {
                claim(info, number, in: &claims)
            } else if !isOwned {
                let version = elf.file.buildID.map(Self.hexadecimal) ?? "unknown"
                claims.claim(
                    [number], by: PackageRecord(ecosystem: .generic, name: name, version: version))
            }
        }
    }

    private func claim(_ info: GoBuildInfo, _ number: Int, in claims: inout Claims) {
        // The main module first: it becomes the owner.
        var modules: [GoBuildInfo.Module] = []
        if let main = info.main { modules.append(main) }
        if modules.isEmpty, let path = info.path {
            modules.append(GoBuildInfo.Module(path: path, version: ""))
        }
        modules += info.dependencies
        modules.append(GoBuildInfo.Module(path: "stdlib", version: info.goVersion))
        for module in modules.prefix(10_000) {
            let record = PackageRecord(ecosystem: .golang, name: module.path, version: module.version)
            claims.claim([number], by: record)
        }
    }

    /// Reads `/pkg/mod/github.com/!burnt!sushi/toml@v1.3.2/…`; upper-case letters are written as `!` and lower case.
    ///
    /// Source: golang.org/x/mod/module, "Escaped Paths".
    private static func cachedModule(_ path: PathText) -> PackageRecord? {
        guard let start = path.lastPlace(of: cache) else { return nil }
        let rest = String(decoding: path.bytes[(start + cache.count)...], as: UTF8.self)
        guard let at = rest.firstIndex(of: "@"), !rest.hasPrefix("cache/") else { return nil }
        let version = rest[rest.index(after: at)...].prefix { $0 != "/" }
        var name = ""
        var isUpper = false
        for character in rest[..<at] {
            if character == "!" {
                isUpper = true
                continue
            }
            name += isUpper ? character.uppercased() : String(character)
            isUpper = false
        }
        if name.isEmpty || version.isEmpty { return nil }
        return PackageRecord(ecosystem: .golang, name: name, version: String(version))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// An ELF file, open for as long as its headers are asked.
    private struct Opened: ~Copyable {
        let file: ElfFile
        private let descriptor: OwnedDescriptor

        /// Opens what can be executed or is called like a library; nil for everything else, without reading it.
        init?(_ tree: TreeReader, _ path: [UInt8], name: String) {
            guard let status = tree.status(path), status.isRegular, status.sizeInBytes >= 52 else {
                return nil
            }
            let parts = name.split(separator: ".")
            guard status.mode & 0o111 != 0 || parts.contains("so") || parts.last == "node" else { return nil }
            guard let opened = tree.openRegular(path),
                let source = try? ByteSource(descriptor: opened.number),
                let elf = ElfFile(source)
            else { return nil }
            file = elf
            descriptor = opened
        }
    }
}
