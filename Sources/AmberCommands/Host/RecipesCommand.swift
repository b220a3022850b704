import AmberRecipes
import ArgumentParser

/// `amber recipes`
struct RecipesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipes", abstract: "What Amber knows about runtimes.",
        subcommands: [List.self, Check.self], defaultSubcommand: List.self)

    /// `amber recipes list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the recipes of the executable and your own.",
            discussion: "Your own are in ~/.config/amber/recipes: NAME.yaml or NAME/recipe.yaml.")

        func run() throws {
            let console = Console()
            do {
                let collection = try RecipeCollection()
                for entry in collection.entries {
                    let origin = entry.file.map { "\t\($0)" } ?? ""
                    console.answer("\(entry.recipe.name)\t\(entry.recipe.title)\(origin)")
                }
                for error in collection.refused { console.say("\(error)") }
                if !collection.refused.isEmpty { throw ExitStatus.negative }
            } catch let error as RecipeError {
                console.say("\(error)")
                throw ExitStatus.failure
            }
        }
    }

    /// `amber recipes check FILE`
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check recipe files; each fault has its line and column.")

        @Argument(help: "The recipe files.")
        var files: [String]

        func run() throws {
            let console = Console()
            var isWrong = false
            for file in files {
                do throws(RecipeError) {
                    let recipe = try RecipeLibrary.read(file)
                    console.answer("\(file): a valid recipe, \(recipe.name)")
                } catch {
                    console.say("\(error)")
                    isWrong = true
                }
            }
            if isWrong { throw ExitStatus.negative }
        }
    }
}
