import AmberKernel
import AmberModel
import AmberRecipes
import AmberSupervisor

/// Adds what the recipes of what failed want in the bundle beyond what the run touched: a debugger's own files, the
/// sources of the frames, lock files, separate debug files.
struct RuntimeFiles {
    let observation: Observation
    /// The recipes of what failed; the frames' sources are added without any.
    let recipes: [Recipe]
    let signature: FailureSignature
    let workingDirectory: [UInt8]
    /// The command's words: those that are files say where the program is.
    let arguments: [[UInt8]]

    private static let slash = UInt8(ascii: "/")
    /// Most files that are added.
    private static let limit = 1000
    /// How far up from the program a lock file is looked for.
    private static let deepestLock = 5

    /// Adds them, as files that were read.
    func add() {
        var room = Self.limit
        for path in sources() where room > 0 { touch(path, &room) }
        for recipe in recipes { add(recipe.enrichment, &room) }
    }

    private func add(_ enrichment: Recipe.Enrichment, _ room: inout Int) {
        if !enrichment.files.isEmpty {
            for directory in directories(enrichment).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                for name in enrichment.files {
                    for path in PathGlob.paths(directory + Array("/\(name)".utf8)) { touch(path, &room) }
                }
            }
        }
        for pattern in enrichment.paths {
            for path in PathGlob.paths(Array(pattern.utf8)) { touch(path, &room) }
        }
        for path in locks(enrichment.locks) { touch(path, &room) }
        if enrichment.symbolBudget > 0 { addSymbols(enrichment.symbolBudget, &room) }
    }

    private func touch(_ path: [UInt8], _ room: inout Int) {
        guard room > 0, let status = try? Files.status(KernelPath(path), following: true), status.isRegular
        else { return }
        room -= 1
        // Links on the way are part of the path that a debugger will take.
        _ = observation.touch(path, base: [], root: .own, follow: true, uses: .read)
    }

    /// The files of the frames: what runs may be compiled, and its source was never opened.
    private func sources() -> [[UInt8]] {
        signature.frames.compactMap(\.file).map { PathJoin.absolute(Array($0.utf8), in: workingDirectory) }
            .filter { path in
                guard let status = try? Files.status(KernelPath(path), following: true) else { return false }
                return status.isRegular && status.sizeInBytes <= 4 << 20
            }
    }

    private func locks(_ names: [String]) -> [[UInt8]] {
        guard !names.isEmpty else { return [] }
        var found: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        let files = arguments.map { PathJoin.absolute($0, in: workingDirectory) }.filter {
            (try? Files.status(KernelPath($0), following: true))?.isRegular ?? false
        }
        for start in [workingDirectory] + (files + sources()).map(PathResolver.parent(of:)) {
            var directory = start
            for _ in 0..<Self.deepestLock where directory.count > 1 && seen.insert(directory).inserted {
                found += names.map { directory + [Self.slash] + Array($0.utf8) }
                directory = PathResolver.parent(of: directory)
            }
        }
        return found
    }

    /// Separate debug files of what ran, by build-id, as long as the budget lasts ("Debugging with GDB", Separate Debug
    /// Files).
    private func addSymbols(_ budget: UInt64, _ room: inout Int) {
        var left = budget
        let programs = observation.files.filter { $0.status?.isRegular ?? false }
        let ordered =
            programs.filter { $0.uses.contains(.executed) } + programs.filter { !$0.uses.contains(.executed) }
        for path in ordered.map({ observation.paths[$0.path] }) {
            guard let file = try? Files.open(KernelPath(path), Files.Flag.readOnly | Files.Flag.nonBlocking),
                let source = try? ByteSource(descriptor: file.number),
                let debugFile = ElfFile(source)?.debugFile
            else { continue }
            let place = Array(debugFile.utf8)
            guard let status = try? Files.status(KernelPath(place), following: true),
                status.sizeInBytes <= left
            else { continue }
            left -= status.sizeInBytes
            touch(place, &room)
        }
    }

    private func directories(_ enrichment: Recipe.Enrichment) -> Set<[UInt8]> {
        let wanted = GlobSet(enrichment.directories)
        var seen: Set<[UInt8]> = []
        var found: Set<[UInt8]> = []
        for file in observation.files where file.status?.isRegular ?? false {
            var path = observation.paths[file.path]
            while let end = path.lastIndex(of: Self.slash), end > 0 {
                path = Array(path[..<end])
                guard seen.insert(path).inserted else { break }
                if wanted.matches(path) { found.insert(path) }
            }
        }
        return found
    }
}
