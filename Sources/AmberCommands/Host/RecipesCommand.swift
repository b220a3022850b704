import AmberKernel
import AmberRecipes
import ArgumentParser

/// `amber recipes`
struct RecipesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipes", abstract: "List what Amber knows about runtimes, or check a recipe.")

    @Option(help: "Check this recipe file instead.")
    var check: String?

    func run() throws {
        let console = Console()
        do {
            if let check {
                _ = try RecipeLibrary.parse(
                    try Files.contents(KernelPath(check), limit: 1 << 20), file: check)
                console.answer("\(check): a valid recipe")
            } else {
                for recipe in try RecipeLibrary.embedded() {
                    console.answer("\(recipe.name)\t\(recipe.title)")
                }
            }
        } catch {
            console.say("\(error)")
            throw ExitStatus.failure
        }
    }
}
