import AmberKernel
import AmberRecipes
import AmberSupervisor

/// Adds what the failing runtime's recipe wants in the bundle beyond what the run touched.
struct RuntimeFiles {
    let observation: Observation
    /// The recipe of the runtime that failed; nil adds nothing.
    let recipe: Recipe?

    /// Most files that are added.
    private static let limit = 1000

    /// Adds them, as files that were read.
    func add() {
        guard let enrichment = recipe?.enrichment, !enrichment.files.isEmpty else { return }
        var count = 0
        for directory in directories(enrichment).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            for name in enrichment.files {
                for path in Self.paths(directory, name) where count < Self.limit {
                    guard let status = try? Files.status(KernelPath(path)), status.isRegular else { continue }
                    count += 1
                    observation.touch(path, status: status, uses: .read)
                }
            }
        }
    }

    private func directories(_ enrichment: Recipe.Enrichment) -> Set<[UInt8]> {
        var seen: Set<[UInt8]> = []
        var found: Set<[UInt8]> = []
        for file in observation.files where file.status?.isRegular ?? false {
            var path = observation.paths[file.path]
            while let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
                path = Array(path[..<slash])
                guard seen.insert(path).inserted else { break }
                if enrichment.directories.contains(where: { $0.matches(path) }) { found.insert(path) }
            }
        }
        return found
    }

    private static func paths(_ directory: [UInt8], _ name: String) -> [[UInt8]] {
        let path = directory + Array("/\(name)".utf8)
        guard name.contains("*") else { return [path] }
        let glob = Glob(String(decoding: path, as: UTF8.self))
        let parent = Array(path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
        let flags = Files.Flag.readOnly | Files.Flag.directory
        guard let tree = try? Files.open(KernelPath(parent), flags),
            let names = try? Files.names(of: tree.number, limit: 20_000)
        else { return [] }
        return names.map { parent + [UInt8(ascii: "/")] + $0 }.filter { glob.matches($0) }
    }
}
