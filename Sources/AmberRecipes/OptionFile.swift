/// A YAML file that stands for options of a command: keys are the long options' names, values are what follows them.
///
/// Keys may stand in groups (`triggers:`, `limits:`), which are for the reader's eye only.
package enum OptionFile {
    /// Reads a file into the words of a command line.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - file: Its name, for errors.
    ///   - options: Names of options that take a value.
    ///   - flags: Names of options that take none; `true` gives them, `false` leaves them out.
    ///   - groups: Names of groups.
    /// - Returns: `--name`, `value`, … in the file's order.
    /// - Throws: `RecipeError`: where, what is wrong there, what was expected.
    package static func words(
        _ bytes: [UInt8], file: String, options: [String], flags: [String], groups: [String]
    ) throws(RecipeError) -> [String] {
        let decoder = RecipeDecoder(file: file)
        guard let root = try YamlDocument.read(bytes, file: file) else { return [] }
        var words: [String] = []
        try add(root, decoder, options, flags, groups, &words)
        return words
    }

    private static func add(
        _ node: YamlNode, _ decoder: RecipeDecoder, _ options: [String], _ flags: [String],
        _ groups: [String], _ words: inout [String]
    ) throws(RecipeError) {
        _ = try decoder.mapping(node, known: options + flags + groups)
        guard case .mapping(let entries) = node.content else { return }
        for entry in entries where !entry.key.hasPrefix("x-") {
            if groups.contains(entry.key) {
                try add(entry.value, decoder, options, flags, [], &words)
            } else if flags.contains(entry.key) {
                if try decoder.flag(entry.value) { words.append("--\(entry.key)") }
            } else {
                for text in try decoder.texts(entry.value) { words += ["--\(entry.key)", text] }
            }
        }
    }
}
