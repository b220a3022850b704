/// The recipes: those inside the executable, and the reader for others.
package enum RecipeLibrary {
    /// The recipes that Amber ships, `common` first, then by name.
    ///
    /// Costs a few milliseconds; call it once.
    ///
    /// - Throws: `RecipeError` only where the build embedded a wrong recipe.
    package static func embedded() throws(RecipeError) -> [Recipe] {
        var recipes: [Recipe] = []
        for (name, text) in EmbeddedRecipes.all {
            recipes.append(try parse(Array(text.utf8), file: "Recipes/\(name)/recipe.yaml"))
        }
        return recipes
    }

    /// The text of a module that goes into a replay for a debugger, by its path below `Recipes`; empty where there is
    /// none.
    package static func text(of module: String) -> String { EmbeddedRecipes.modules[module] ?? "" }

    /// Reads a recipe.
    ///
    /// - Parameters:
    ///   - bytes: The YAML text; at most 1 MiB.
    ///   - file: What errors call it.
    /// - Returns: The recipe.
    /// - Throws: `RecipeError` with file, line, column, and what was expected there.
    package static func parse(_ bytes: [UInt8], file: String) throws(RecipeError) -> Recipe {
        guard let root = try YamlDocument.read(bytes, file: file) else {
            throw RecipeError(
                file: file, mark: YamlMark(line: 1, column: 1), "an empty file; expected a recipe")
        }
        return try RecipeDecoder(file: file).recipe(root)
    }
}
