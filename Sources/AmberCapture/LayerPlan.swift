import AmberBundle
import AmberInventory
import AmberKernel
import AmberModel
import AmberRecipes

/// Which layer holds which file: system, runtime, app, inputs.
struct LayerPlan {
    private let inventory: InventoryReport
    /// Where runtimes and their packages stand, from all recipes.
    private let runtimePaths: GlobSet
    /// The descriptor with the copies.
    private let spool: Int32

    private static let codeSuffixes = Set(
        [
            "py", "pyc", "js", "mjs", "cjs", "ts", "rb", "pl", "pm", "php", "jar", "war", "class", "so", "sh",
            "lua", "tcl", "wasm", "node", "ex", "exs", "beam", "dll", "el", "r", "R", "jl",
        ].map { Array($0.utf8)[...] })

    init(inventory: InventoryReport, recipes: [Recipe], spool: Int32) {
        self.inventory = inventory
        runtimePaths = GlobSet(recipes.flatMap(\.runtimePaths))
        self.spool = spool
    }

    /// Assigns every file that has content, and returns the entries of each layer with their parent directories.
    ///
    /// Directories have no times here: they change with every temporary file, and equal files shall make equal layers.
    /// `directories.jsonl` has the times.
    func entries(of files: inout [SelectedFile]) -> [LayerName: [LayerEntry]] {
        var entries: [LayerName: [LayerEntry]] = [:]
        var statuses: [[UInt8]: FileMetadata] = [:]
        for file in files {
            if let metadata = file.record.metadata, metadata.kind == .directory {
                statuses[file.record.path.bytes] = metadata
            }
        }
        var parents: [LayerName: Set<[UInt8]>] = [:]
        for index in files.indices {
            guard let entry = entry(for: files[index]) else { continue }
            let layer = layer(of: files[index])
            files[index].record.layer = layer
            entries[layer, default: []].append(entry)
            addParents(of: entry.path.bytes, to: &parents[layer, default: []])
        }
        for (layer, directories) in parents.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for directory in directories.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                guard var metadata = statuses[directory] ?? Self.directory(directory) else { continue }
                metadata.modifiedAt = 0
                metadata.sizeInBytes = 0
                entries[layer, default: []].append(
                    LayerEntry(path: ByteString(directory), metadata: metadata))
            }
        }
        return entries
    }

    private func entry(for file: SelectedFile) -> LayerEntry? {
        guard let metadata = file.record.metadata else { return nil }
        let content: ContentSource
        switch file.source {
        case .none: return nil
        case .link: content = .none
        case .present(let path): content = .file(path: ByteString(path))
        case .copy(let offset, _): content = .stretch(spool, offset: offset)
        case .held(let number): content = .descriptor(number)
        case .kernel(let bytes):
            guard KernelFiles.isSystem(file.record.path.bytes) else { return nil }
            content = .bytes(bytes)
        }
        return LayerEntry(
            path: file.record.path, metadata: metadata, digest: file.record.digest, content: content)
    }

    private func layer(of file: SelectedFile) -> LayerName {
        switch file.source {
        case .copy, .held, .kernel: return .inputs  // what the run changes is state
        case .none, .present, .link: break
        }
        if let known = inventory.layer(of: file.record.path) { return known }
        if runtimePaths.matches(file.record.path.bytes) { return .runtime }
        return file.isCode || Self.isCode(file.record.path) ? .app : .inputs
    }

    private static func isCode(_ path: ByteString) -> Bool {
        let name = path.bytes[((path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")),
            let last = name.lastIndex(of: UInt8(ascii: "."))
        else { return false }
        if codeSuffixes.contains(name[(last + 1)...]) { return true }
        // libname.so.1.2.3
        return name[(dot + 1)...].prefix { $0 != UInt8(ascii: ".") }.elementsEqual("so".utf8)
    }

    private func addParents(of path: [UInt8], to parents: inout Set<[UInt8]>) {
        var path = path
        while let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
            path = Array(path[..<slash])
            if !parents.insert(path).inserted { return }
        }
    }

    private static func directory(_ path: [UInt8]) -> FileMetadata? {
        guard let status = try? Files.status(KernelPath(path)), status.isDirectory else { return nil }
        return FileMetadata(status)
    }
}
