package import AmberModel

/// What this machine has installed, asked about the touched files only.
///
/// Reads package databases directly, and costs nothing until it is asked: a run that succeeds never asks.
/// Everything read is bounded and may be damaged: a survey then has fewer facts, and never fails.
package struct Inventory: Sendable {
    /// Runs a tool with a time limit: arguments with the program first, then its standard output; nil if it failed.
    package typealias ToolRunner = @Sendable (_ arguments: [String], _ limit: Duration) -> [UInt8]?

    private let tree: TreeReader
    private let runTool: ToolRunner?
    private let root: String
    private let cache: InventoryCache?

    /// Prepares to read a tree.
    ///
    /// - Parameters:
    ///   - root: The tree's root directory; symbolic links in it never lead out of it.
    ///   - runTool: Runs `rpm`, whose database has three formats; without it rpm's packages are not told.
    ///   - cache: Earlier surveys of this host, used where nothing that they looked at has changed.
    package init(root: String = "/", runTool: ToolRunner? = nil, cache: InventoryCache? = nil) {
        self.root = root
        self.cache = root == "/" ? cache : nil
        self.tree = TreeReader(root: root, evidence: cache.map { _ in Evidence() })
        self.runTool = runTool
    }

    /// Tells who owns the touched files.
    ///
    /// Costs a pass over dpkg's lists (about 40 ms for 775 packages) and a few reads for each language package.
    ///
    /// - Parameter paths: Absolute real paths, in any order.
    /// - Returns: The packages, and for each path its owner and its layer.
    package func survey(_ paths: [ByteString]) -> InventoryReport {
        let paths = Self.distinct(paths)
        if let known = cache?.report(for: paths) { return known }
        let distribution = OSRelease.read(tree)
        var claims = Claims()
        // The operating system first: the first to claim a file owns it.
        DpkgDatabase(tree: tree, distribution: distribution).claim(paths, in: &claims)
        ApkDatabase(tree: tree, distribution: distribution).claim(paths, in: &claims)
        if let runTool {
            let namespace = distribution["ID"] ?? "redhat"
            RpmDatabase(tree: tree, root: root, namespace: namespace, run: runTool).claim(paths, in: &claims)
        }
        PythonDistributions(tree: tree).claim(paths, in: &claims)
        NodePackages(tree: tree).claim(paths, in: &claims)
        JavaArchives(tree: tree).claim(paths, in: &claims)
        LanguageRuntimes(tree: tree).claim(paths, in: &claims)
        // Last: a library that no package owns at all is known by its build-id.
        Binaries(tree: tree).claim(paths, in: &claims)
        let (records, owners) = claims.sorted(paths: paths)
        let layers = zip(paths, owners).map { path, owner in
            LayerRules.layer(of: path.bytes, owner: owner.map { records[$0] })
        }
        if let evidence = tree.evidence {
            cache?.keep(evidence, paths: paths, packages: records, owners: owners, layers: layers)
        }
        return InventoryReport(paths: paths, packages: records, owners: owners, layers: layers)
    }

    /// Sorts, and takes repetitions out.
    private static func distinct(_ paths: [ByteString]) -> [ByteString] {
        var result: [ByteString] = []
        result.reserveCapacity(paths.count)
        for path in paths.sorted() where result.last != path { result.append(path) }
        return result
    }
}
