import AmberKernel
import AmberRecipes

/// Finds the files that an `--include` pattern names.
enum GlobSearch {
    /// Absolute paths of files that match, at most `limit`; relative patterns start at the working directory.
    static func paths(matching pattern: String, limit: Int) -> [[UInt8]] {
        let here = (try? Files.workingDirectory()) ?? []
        let absolute =
            pattern.hasPrefix("/") ? pattern : String(decoding: here, as: UTF8.self) + "/" + pattern
        let fixed = absolute.split(separator: "/").prefix { !$0.contains(where: { "*?[{".contains($0) }) }
        let start = Array(("/" + fixed.joined(separator: "/")).utf8)
        guard let status = try? Files.status(KernelPath(start)) else { return [] }
        if !status.isDirectory { return [start] }
        let glob = Glob(fixed.count == absolute.split(separator: "/").count ? absolute + "/**" : absolute)
        var found: [[UInt8]] = []
        var queue = [start]
        while let directory = queue.popLast(), found.count < limit {
            guard
                let tree = try? Files.open(
                    KernelPath(directory), Files.Flag.readOnly | Files.Flag.directory | Files.Flag.noFollow),
                let names = try? Files.names(of: tree.number)
            else { continue }
            for name in names {
                let path = directory + [UInt8(ascii: "/")] + name
                guard let status = try? Files.status(KernelPath(path)) else { continue }
                if status.isDirectory { queue.append(path) } else if glob.matches(path) { found.append(path) }
            }
        }
        return Array(found.prefix(limit))
    }
}
