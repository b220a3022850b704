import AmberRecipes
import Testing

/// The shipped recipes and their reader, parsed once for all tests.
enum Shipped {
    private static let parsed = Result { try RecipeLibrary.embedded() }
    private static let prepared = parsed.map { FailureReader(recipes: $0) }

    static func recipes() throws -> [Recipe] { try parsed.get() }
    static func reader() throws -> FailureReader { try prepared.get() }
}
