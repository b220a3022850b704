import AmberRecipes
import ArgumentParser

/// `amber recipes`
struct RecipesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipes", abstract: "What Amber knows about runtimes.",
        subcommands: [List.self, Check.self, Test.self], defaultSubcommand: List.self)

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

    /// `amber recipes test [NAME]`
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the worked examples of recipes: capture, replay, debug.")

        @Argument(help: "The recipes, by name; all of them otherwise.")
        var names: [String] = []

        @OptionGroup var recipes: RecipeOptions

        func run() throws {
            let console = Console()
            try ExitStatus.reporting {
                let entries = try RecipeCollection(files: recipes.recipe).entries
                for name in names where !entries.contains(where: { $0.recipe.name == name }) {
                    console.say("no recipe '\(name)'; `amber recipes` lists them.")
                    return ExitStatus.failure
                }
                var isWrong = false
                for entry in entries where names.isEmpty || names.contains(entry.recipe.name) {
                    do { console.answer(try RecipeTest(entry: entry).run()) } catch let failure
                        as RecipeTest.Failure
                    {
                        console.say(failure.text)
                        isWrong = true
                    }
                }
                return isWrong ? ExitStatus.negative : ExitStatus.success
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
