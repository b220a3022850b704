import AmberKernel
import AmberRecipes

/// Finds paths whose components may be globs, through symbolic links, as a shell does.
enum PathGlob {
    private static let slash = UInt8(ascii: "/")
    private static let mostNames = 20_000

    /// The paths that stand there, as they are named; one without wildcards is returned unseen.
    static func paths(_ pattern: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = [[]]
        for component in pattern.split(separator: slash).map(Array.init) {
            guard component.contains(where: { [0x2A, 0x3F, 0x5B].contains($0) }) else {
                found = found.map { $0 + [slash] + component }
                continue
            }
            let glob = Glob(String(decoding: component, as: UTF8.self))
            found = found.flatMap { directory in
                names(directory).filter { glob.matches($0) }.map { directory + [slash] + $0 }
            }
        }
        return found
    }

    private static func names(_ directory: [UInt8]) -> [[UInt8]] {
        guard
            let tree = try? Files.open(
                KernelPath(directory.isEmpty ? [slash] : directory),
                Files.Flag.readOnly | Files.Flag.directory)
        else { return [] }
        return ((try? Files.names(of: tree.number, limit: mostNames)) ?? []).filter {
            $0.first != UInt8(ascii: ".")
        }
    }
}
