/// Why a recipe is refused: where, what is wrong there, and what was expected.
package struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The recipe's file, as the caller named it.
    package let file: String
    /// The line, counted from 1.
    package let line: Int
    /// The column in characters, counted from 1.
    package let column: Int
    /// What is wrong and what was expected.
    package let message: String

    /// `python/recipe.yaml:12:9: unknown key…`.
    package var description: String { "\(file):\(line):\(column): \(message)" }

    init(file: String, mark: YamlMark, _ message: String) {
        self.file = file
        line = mark.line
        column = mark.column
        self.message = message
    }
}
