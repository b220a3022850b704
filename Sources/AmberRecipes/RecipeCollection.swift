import AmberKernel

/// The recipes of this machine: those inside the executable, the user's own, and files that the caller names.
///
/// The user's are `~/.config/amber/recipes/*.yaml` and `~/.config/amber/recipes/NAME/recipe.yaml` (`XDG_CONFIG_HOME` is
/// honoured). Of several with one name the caller's counts first, then the user's.
package struct RecipeCollection: Sendable {
    /// A recipe, and where it comes from.
    package struct Entry: Sendable {
        package let recipe: Recipe
        /// Its file; nil for one inside the executable.
        package let file: String?
        /// Somebody chose it for this command, or it is Amber's own: it may run probes.
        package var isChosen = true
    }

    /// What is there, `common` first, no name twice.
    package private(set) var entries: [Entry] = []
    /// The user's recipes that cannot be used, and why.
    package private(set) var refused: [RecipeError] = []

    /// The recipes without their origins.
    package var recipes: [Recipe] { entries.map(\.recipe) }

    private static let mostFiles = 200

    /// Reads all of them.
    ///
    /// - Parameter files: Files that the caller names.
    /// - Throws: `RecipeError` where one of `files` is wrong; a wrong one in the user's directory is in `refused`.
    package init(files: [String] = []) throws(RecipeError) {
        var named: [Entry] = []
        for file in files { named.append(Entry(recipe: try RecipeLibrary.read(file), file: file)) }
        for file in Self.userFiles() {
            do throws(RecipeError) {
                named.append(Entry(recipe: try RecipeLibrary.read(file), file: file, isChosen: false))
            } catch {
                refused.append(error)
            }
        }
        named += try RecipeLibrary.embedded().map { Entry(recipe: $0, file: nil) }
        var names: Set<String> = []
        for entry in named where names.insert(entry.recipe.name).inserted { entries.append(entry) }
        // What holds for every program comes first, whoever wrote it.
        if let common = entries.firstIndex(where: { $0.recipe.name == "common" }) {
            entries.insert(entries.remove(at: common), at: 0)
        }
    }

    /// Where the user's recipes are; nil where neither variable is an absolute path.
    package static var userDirectory: String? {
        if let base = ThisProcess.variable("XDG_CONFIG_HOME"), base.hasPrefix("/") {
            return base + "/amber/recipes"
        }
        if let home = ThisProcess.variable("HOME"), home.hasPrefix("/") {
            return home + "/.config/amber/recipes"
        }
        return nil
    }

    private static func userFiles() -> [String] {
        let flags = Files.Flag.readOnly | Files.Flag.directory
        guard let directory = userDirectory, let tree = try? Files.open(KernelPath(directory), flags),
            let names = try? Files.names(of: tree.number, limit: mostFiles)
        else { return [] }
        return names.map { String(decoding: $0, as: UTF8.self) }.sorted().compactMap { name in
            if name.hasPrefix(".") { return nil }
            if name.hasSuffix(".yaml") { return "\(directory)/\(name)" }
            let file = "\(directory)/\(name)/recipe.yaml"
            return (try? Files.status(KernelPath(file), following: true)) == nil ? nil : file
        }
    }
}

extension RecipeLibrary {
    /// Reads a recipe's file.
    ///
    /// - Returns: The recipe.
    /// - Throws: `RecipeError`: it cannot be read, or is wrong.
    package static func read(_ file: String) throws(RecipeError) -> Recipe {
        let bytes: [UInt8]
        do throws(SyscallError) {
            bytes = try Files.contents(KernelPath(file), limit: 1 << 20)
        } catch {
            throw RecipeError(
                file: file, mark: YamlMark(line: 1, column: 1),
                "it cannot be read: \(Errno.text(of: error.code))")
        }
        return try parse(bytes, file: file)
    }
}
