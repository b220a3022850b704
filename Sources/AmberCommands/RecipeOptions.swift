import AmberRecipes
import ArgumentParser

/// Recipes that are not in the executable; shared by the verbs that read failures.
struct RecipeOptions: ParsableArguments {
    @Option(help: "Use this recipe too (repeatable).")
    var recipe: [String] = []

    func validate() throws {
        do throws(RecipeError) {
            for file in recipe { _ = try RecipeLibrary.read(file) }
        } catch {
            throw ValidationError("--recipe \(error)")
        }
    }
}
