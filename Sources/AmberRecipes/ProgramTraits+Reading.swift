import AmberKernel
package import AmberModel

extension ProgramTraits {
    private static let mostNeighbours = 10_000
    private static let noteLimit: UInt64 = 1 << 16

    /// Reads a program's traits: the head of its file, its ELF tables, the names beside it; at most a few MiB.
    ///
    /// What cannot be read tells nothing.
    ///
    /// - Parameters:
    ///   - executable: Its path, after symbolic links.
    ///   - arguments: What it was started with.
    ///   - roots: Directories that are each looked through as if they were `/`, the first that has the file counts;
    ///     no link leads out of them.
    package init(executable: ByteString, arguments: [ByteString], below roots: [String] = ["/"]) {
        self.init(executable: executable, arguments: arguments)
        let parent = executable.bytes.lastIndex(of: UInt8(ascii: "/")).map { executable.bytes[..<$0] } ?? []
        for root in roots {
            guard let tree = try? Files.open(KernelPath(root), Files.Flag.path | Files.Flag.directory) else {
                continue
            }
            if let directory = Self.open(Array(parent), Files.Flag.directory, below: tree.number),
                let names = try? Files.names(of: directory.number, limit: Self.mostNeighbours)
            {
                neighbours += names
            }
            if interpreters.isEmpty, sections.isEmpty, libraries.isEmpty,
                let file = Self.open(executable.bytes, Files.Flag.nonBlocking, below: tree.number)
            {
                read(file.number)
            }
        }
    }

    /// Opens what is a regular file, or a directory where that is asked for: nothing that a mere opening might disturb.
    private static func open(_ path: [UInt8], _ flags: Int32, below root: Int32) -> OwnedDescriptor? {
        let relative = KernelPath(
            Array(path.drop { $0 == UInt8(ascii: "/") }) + (path.count > 1 ? [] : [0x2E]))
        let resolve = Files.Resolve.inRoot | Files.Resolve.noMagicLinks
        guard
            let place = try? Files.openBeneath(relative, Files.Flag.path, in: root, resolve: resolve),
            let status = try? Files.status(of: place.number), status.isRegular || status.isDirectory
        else { return nil }
        return try? Files.openBeneath(relative, Files.Flag.readOnly | flags, in: root, resolve: resolve)
    }

    private mutating func read(_ descriptor: Int32) {
        guard let source = try? ByteSource(descriptor: descriptor) else { return }
        let head = source.read(0, 256)
        if head.starts(with: "#!".utf8) {
            interpreters = Self.interpreters(head)
            return
        }
        guard let file = ElfFile(source) else { return }
        libraries = file.neededLibraries
        notes = file.noteOwners
        let table = file.sections
        sections = table.map(\.name).filter { !$0.isEmpty }
        if let comment = table.first(where: { $0.name == ".comment" }) {
            let bytes = file.read(comment.offset, Int(min(comment.sizeInBytes, Self.noteLimit)))
            comments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The words of a `#!` line that name programs: the interpreter, and what `env` is told to start (env(1)).
    static func interpreters(_ head: [UInt8]) -> [[UInt8]] {
        let words = head.dropFirst(2).prefix { $0 != 0x0A }.split { [0x20, 0x09, 0x0D].contains($0) }
        guard let first = words.first.map(Array.init) else { return [] }
        var names = [lastComponent(first)]
        if names[0] == Array("env".utf8) {
            // Options, `-S`, and variables stand before the program.
            let program = words.dropFirst().first {
                $0.first != UInt8(ascii: "-") && !$0.contains(UInt8(ascii: "="))
            }
            names += program.map { [lastComponent(Array($0))] } ?? []
        }
        return names
    }
}
